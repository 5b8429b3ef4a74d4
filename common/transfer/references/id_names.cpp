#include "common/transfer/references/id_names.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace whimbrel {

std::string id_name_stem(std::string name) {
  while (!name.empty() && std::string_view("~*[]'\"").find(name.back()) != std::string_view::npos)
    name.pop_back();
  while (name.ends_with(".")) name.pop_back();
  if (const std::size_t at = name.find_last_of(".'\"]$"); at != std::string::npos) name.erase(0, at + 1);
  std::transform(name.begin(), name.end(), name.begin(), to_lower);
  for (const std::string_view end : {"ids", "id"})
    if (name.size() > end.size() && name.ends_with(end)) {
      name.erase(name.size() - end.size());
      break;
    }
  while (name.ends_with("_") || name.ends_with("-")) name.pop_back();
  if (name.ends_with("ies")) return name.substr(0, name.size() - 3) + "y";
  if (name.size() > 1 && name.ends_with("s")) name.pop_back();
  return name;
}

std::string plain_id_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '_' && c != '-') plain += to_lower(c);
  if (plain.ends_with("ids")) plain.pop_back();
  return plain;
}

}  // namespace whimbrel
