#include "pg_ext/prepared_statements.h"

#include "common/text/ascii.h"
#include "pg_ext/guard.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

void PreparedStatements::look_at(std::string_view sql) {
  if (!begins_with(sql, "prepare")) return;
  const std::string text(sql);
  const char* name = pg_call([&]() -> const char* {
    const List* parsed = raw_parser(text.c_str(), RAW_PARSE_DEFAULT);
    const Node* node = linitial_node(RawStmt, parsed)->stmt;
    return IsA(node, PrepareStmt) ? reinterpret_cast<const PrepareStmt*>(node)->name : nullptr;
  });
  if (name != nullptr) names_.emplace_back(name);
}

void PreparedStatements::drop() {
  for (const std::string& name : names_) pg_call([&] { DropPreparedStatement(name.c_str(), false); });
  names_.clear();
}

}  // namespace whimbrel::pg
