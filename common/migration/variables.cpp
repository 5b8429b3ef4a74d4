#include "common/migration/variables.h"

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "common/migration/form.h"
#include "common/options.h"

namespace whimbrel {

namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-';
}

[[noreturn]] void fail_unknown(std::string_view subject, std::string_view text, std::size_t offset,
                               std::string_view name, const Variables& variables) {
  std::vector<std::string_view> known;
  for (const auto& [one, value] : variables) known.push_back(one);
  const std::string_view near = nearest_name(name, known);
  throw Error(code::kUnknownVariable,
              at_line(subject, text, offset) + ": unknown variable \"" + std::string(name) + "\"", {},
              near.empty()
                  ? "The option \"vars\" names the variables; without that option nothing is replaced."
                  : "Perhaps you meant \"" + std::string(near) + "\".");
}

}  // namespace

std::string replace_variables(std::string_view subject, std::string_view text, const Variables& variables) {
  std::string replaced;
  replaced.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (end == at + 2 || end == text.size() || text[end] != '}') continue;
    replaced += text.substr(from, at - from);
    from = at;
    if (at > 0 && text[at - 1] == '$') {  // $${name}
      replaced.pop_back();
      continue;
    }
    const std::string name(text.substr(at + 2, end - at - 2));
    const auto found = variables.find(name);
    if (found == variables.end()) fail_unknown(subject, text, at, name, variables);
    replaced += found->second;
    from = end + 1;
  }
  return replaced += text.substr(from);
}

}  // namespace whimbrel
