#include "common/migration/file_name.h"

#include <algorithm>

namespace whimbrel {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool in_version(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
}

}  // namespace

bool is_sql_file(std::string_view name) {
  if (name.size() < 4) return false;
  const std::string_view end = name.substr(name.size() - 4);
  return end[0] == '.' && (end[1] | 0x20) == 's' && (end[2] | 0x20) == 'q' && (end[3] | 0x20) == 'l';
}

bool is_version(std::string_view text) {
  return !text.empty() && is_digit(text[0]) && std::all_of(text.begin(), text.end(), in_version);
}

std::optional<FileName> parse_file_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  const std::size_t underscore = name.find('_');
  if (underscore == std::string_view::npos || underscore + 1 == name.size()) return std::nullopt;
  const std::string_view version = name.substr(0, underscore);
  if (!is_version(version)) return std::nullopt;
  FileName parts{std::string(version), std::string(name.substr(underscore + 1))};
  std::replace(parts.description.begin(), parts.description.end(), '_', ' ');
  return parts;
}

VersionOrder::VersionOrder(std::string_view version) {
  const auto end = std::find_if_not(version.begin(), version.end(), is_digit);
  const auto digits = static_cast<std::size_t>(end - version.begin());
  const std::size_t first = std::min(version.find_first_not_of('0'), digits);
  number = version.substr(first, digits - first);
  rest = version.substr(digits);
}

int compare_versions(const VersionOrder& a, const VersionOrder& b) {
  if (a.number.size() != b.number.size()) return a.number.size() < b.number.size() ? -1 : 1;
  if (const int order = a.number.compare(b.number); order != 0) return order;
  return a.rest.compare(b.rest);
}

int compare_versions(std::string_view a, std::string_view b) {
  return compare_versions(VersionOrder(a), VersionOrder(b));
}

std::string version_key(std::string_view version) {
  const VersionOrder parts(version);
  std::string key(parts.number);
  key += parts.rest;
  return key;
}

}  // namespace whimbrel
