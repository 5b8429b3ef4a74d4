// Versions and the names of migration files: {version}_{description}.sql, also 003-add-tags.sql, 003 add
// tags.sql, 003.sql and 2014_10_12_000000_add_tags.sql. Nothing here touches a file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

struct FileName {
  std::string version;      // "003", as it is written; of a time in parts with underscores its digits
  std::string description;  // "add tags": underscores become spaces; empty for 003.sql
};

// Whether the name ends in .sql, in either case: the others are no migrations.
bool is_sql_file(std::string_view name);

// The parts of a file name (without directories), or nullopt when it is not of the form.
std::optional<FileName> parse_file_name(std::string_view name);

// The time in parts that a name begins with: 2014_10_12_000000, 2014-10-12-000000, or the date alone.
struct TimeInParts {
  std::string digits;      // "20141012000000": all 14, of a date with zeros
  char separator = '_';    // or a hyphen
  std::size_t length = 0;  // of what it was read from
};
std::optional<TimeInParts> parse_time_in_parts(std::string_view name);

// A version begins with a digit; letters, digits, dots and hyphens follow.
bool is_version(std::string_view text);

// Negative, zero or positive. The numbers that both begin with, with dots between them, are compared as
// numbers of any length, then what follows byte by byte: 2 < 10, 001 = 1, 1 < 1a < 2, 1.2 < 1.10, 1.0 = 1.
// (Comparing mixed versions by bytes alone would be no order: 2 < 10 < 1a < 2.)
int compare_versions(std::string_view a, std::string_view b);

// A version taken apart once, for sorting many. It points into the text that it was made of.
struct VersionOrder {
  explicit VersionOrder(std::string_view version);
  std::string_view number;  // without leading zeros; "0" is empty
  std::string_view dotted;  // ".2.10": the numbers that follow, without zeros at the end
  std::string_view rest;
};
int compare_versions(const VersionOrder& a, const VersionOrder& b);

// Takes ".10" from the front of what is not empty; "10", without leading zeros.
std::string_view take_dotted(std::string_view& dotted);

// Equal for exactly the versions that compare_versions() calls equal: a key for maps.
std::string version_key(std::string_view version);

}  // namespace whimbrel
