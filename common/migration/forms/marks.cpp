#include "common/migration/forms/marks.h"

#include <cstring>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// `line` begins with two hyphens.
Marks marks_of_line(std::string_view line, bool first) {
  const auto one = [](Mark mark) { return static_cast<Marks>(mark); };
  const std::string_view rest = trimmed(line.substr(2));
  if (rest.empty()) return 0;
  switch (rest[0]) {
    case 'm':
      if (first && rest.starts_with("morph:")) return one(Mark::morph);
      if (rest.starts_with("migrate:") && rest.size() > 8 && is_letter(rest[8])) return one(Mark::native);
      break;
    case '-':
      if (rest.starts_with("-- create above / drop below --") || rest.starts_with("-- tern:"))
        return one(Mark::tern);
      break;
    case '!':
      if (rest.starts_with("! Previous:") || rest.starts_with("! Hash:")) return one(Mark::graphile);
      break;
    case 'a':
      if (rest.starts_with("atlas:")) return one(Mark::atlas);
      break;
    case 'n':
      if (first && line.starts_with("-- no-transaction")) return one(Mark::sqlx);
      break;
    default:
      break;
  }
  if (begins_with(rest, "liquibase formatted sql") ||
      (begins_with(rest, "changeset ") && rest.find(':') != std::string_view::npos)) {
    return one(Mark::liquibase);
  }
  return contains_lower(rest, "+goose") ? one(Mark::goose) : Marks{0};
}

}  // namespace

Marks find_marks(std::string_view text) {
  Marks marks = 0;
  const char* const end = text.data() + text.size();
  const char* line = text.data() + (text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  for (bool first = true; end - line > 2; first = false) {
    const auto* newline =
        static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(end - line)));
    const char* line_end = newline == nullptr ? end : newline;
    if (line[0] == '-' && line[1] == '-' && line_end - line > 2)
      marks |= marks_of_line({line, static_cast<std::size_t>(line_end - line)}, first);
    if (newline == nullptr) break;
    line = newline + 1;
  }
  return marks;
}

}  // namespace whimbrel
