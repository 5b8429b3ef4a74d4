#include "common/migration/form.h"

#include <algorithm>

#include "common/sql/lexer.h"

namespace whimbrel {

std::vector<Part> Form::parts_of(PartKind kind) const {
  std::vector<Part> found;
  std::size_t group = 0;  // where the downs that follow the latest up go: later ups are undone first
  bool up_between = false;
  for (const Part& part : parts) {
    if (part.kind == PartKind::up) up_between = true;
    if (part.kind != kind) continue;
    if (kind != PartKind::down) {
      found.push_back(part);
      continue;
    }
    if (up_between) group = 0;
    up_between = false;
    found.insert(found.begin() + static_cast<std::ptrdiff_t>(group++), part);
  }
  return found;
}

std::string Form::text_of(PartKind kind) const {
  std::string joined;
  for (const Part& part : parts_of(kind)) {
    if (!joined.empty() && joined.back() != '\n') joined += '\n';
    joined += part.sql();
  }
  return joined;
}

bool Form::in_transaction(PartKind kind) const {
  return std::all_of(parts.begin(), parts.end(),
                     [kind](const Part& part) { return part.kind != kind || part.transaction; });
}

std::string at_line(std::string_view subject, std::string_view text, std::size_t offset) {
  return std::string(subject) + ", line " + std::to_string(sql::position_at(text, offset).line);
}

}  // namespace whimbrel
