#include "pg_ext/cursors.h"

#include "common/text/ascii.h"
#include "pg_ext/guard.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

void Cursors::look_at(std::string_view sql) {
  if (!begins_with(sql, "declare")) return;
  const std::string text(sql);
  const char* name = pg_call([&]() -> const char* {
    const List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    const Node* node = linitial_node(RawStmt, parsed)->stmt;
    if (!IsA(node, DeclareCursorStmt)) return nullptr;
    const auto* declared = reinterpret_cast<const DeclareCursorStmt*>(node);
    return (declared->options & CURSOR_OPT_HOLD) == 0 ? declared->portalname : nullptr;
  });
  if (name != nullptr) names_.emplace_back(name);
}

// What the migration has closed itself is no longer there.
void Cursors::close() {
  for (const std::string& name : names_)
    pg_call([&] {
      if (Portal portal = GetPortalByName(name.c_str()); PortalIsValid(portal)) PortalDrop(portal, false);
    });
  names_.clear();
}

}  // namespace whimbrel::pg
