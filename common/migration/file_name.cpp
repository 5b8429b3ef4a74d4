#include "common/migration/file_name.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

bool in_version(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
}

// Where the version ends: at the first underscore or blank, or at the hyphen behind a plain number when a
// word follows (001-add-users, but not 1.2-rc1 or 2026-11-20); else at the end.
std::size_t find_separator(std::string_view name) {
  std::size_t digits = 0;
  while (digits < name.size() && is_digit(name[digits])) ++digits;
  if (digits > 0 && digits + 1 < name.size() && name[digits] == '-' && is_letter(name[digits + 1]))
    return digits;
  return std::min(name.find_first_of("_ "), name.size());
}

std::size_t digits_of(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
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

std::optional<TimeInParts> parse_time_in_parts(std::string_view name) {
  constexpr std::size_t kYear = 4, kMonth = 2, kDay = 2, kTime = 6;
  TimeInParts time;
  const auto take = [&](std::size_t digits) {
    const std::size_t begin = time.length + (time.length == 0 ? 0 : 1);
    if (begin != 0 && (time.length >= name.size() || name[time.length] != time.separator)) return false;
    const std::size_t found = begin < name.size() ? digits_of(name.substr(begin)) : 0;
    if (found != digits) return false;
    time.digits += name.substr(begin, digits);
    time.length = begin + digits;
    return true;
  };
  if (name.size() > kYear) time.separator = name[kYear];
  if (time.separator != '_' && time.separator != '-') return std::nullopt;
  if (!take(kYear) || !take(kMonth) || !take(kDay)) return std::nullopt;
  const std::string_view month(time.digits.data() + kYear, kMonth),
      day(time.digits.data() + kYear + kMonth, kDay);
  if (month < "01" || month > "12" || day < "01" || day > "31") return std::nullopt;
  if (!take(kTime)) time.digits.append(kTime, '0');
  return time;
}

std::optional<FileName> parse_file_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  // Each underscore would end the version: at the year.
  const auto time = parse_time_in_parts(name);
  const bool dated = time && time->separator == '_' &&
                     (time->length == name.size() || name.find_first_of("_- ", time->length) == time->length);
  const std::size_t separator = dated ? time->length : find_separator(name);
  const std::string_view version = dated ? time->digits : name.substr(0, separator);
  if (!is_version(version) || separator + 1 == name.size()) return std::nullopt;
  FileName parts{std::string(version), {}};
  if (separator == name.size()) return parts;
  const bool blank = name[separator] == ' ';  // "001 - Create tables" too
  const std::size_t words = blank ? name.find_first_not_of(" -", separator) : separator + 1;
  if (words == std::string_view::npos) return std::nullopt;
  parts.description = name.substr(words);
  std::replace(parts.description.begin(), parts.description.end(), name[separator], ' ');
  return parts;
}

VersionOrder::VersionOrder(std::string_view version) {
  const std::size_t digits = digits_of(version);
  number = without_zeros(version.substr(0, digits));
  std::size_t end = digits;   // of the dotted numbers
  std::size_t last = digits;  // behind the last one that is not zero
  while (end + 1 < version.size() && version[end] == '.' && is_digit(version[end + 1]) && digits > 0) {
    const std::size_t length = digits_of(version.substr(end + 1));
    const bool zero = without_zeros(version.substr(end + 1, length)).empty();
    end += length + 1;
    if (!zero) last = end;
  }
  dotted = version.substr(digits, last - digits);
  rest = version.substr(end);
}

std::string_view take_dotted(std::string_view& dotted) {
  const std::size_t digits = digits_of(dotted.substr(1));
  const std::string_view number = without_zeros(dotted.substr(1, digits));
  dotted.remove_prefix(digits + 1);
  return number;
}

int compare_versions(const VersionOrder& a, const VersionOrder& b) {
  if (const int order = compare_numbers(a.number, b.number); order != 0) return order;
  std::string_view left = a.dotted;
  std::string_view right = b.dotted;
  while (!left.empty() && !right.empty()) {
    if (const int order = compare_numbers(take_dotted(left), take_dotted(right)); order != 0) return order;
  }
  if (left.empty() != right.empty()) return left.empty() ? -1 : 1;
  return a.rest.compare(b.rest);
}

int compare_versions(std::string_view a, std::string_view b) {
  return compare_versions(VersionOrder(a), VersionOrder(b));
}

std::string version_key(std::string_view version) {
  const VersionOrder parts(version);
  std::string key(parts.number);
  for (std::string_view dotted = parts.dotted; !dotted.empty();) (key += '\x1f') += take_dotted(dotted);
  key += parts.rest;
  return key;
}

}  // namespace whimbrel
