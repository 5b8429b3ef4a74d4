#include "common/migration/forms/names.h"

#include <algorithm>
#include <array>

#include "common/migration/file_name.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::array<std::string_view, 3> kPostgresqlNames = {"postgres", "postgresql", "pg"};
constexpr std::array<std::string_view, 2> kSqliteNames = {"sqlite3", "sqlite"};
constexpr std::array<std::string_view, 7> kOtherNames = {"mysql",     "mariadb", "cockroach", "cockroachdb",
                                                         "sqlserver", "mssql",   "oracle"};

constexpr std::array<std::string_view, 4> kUndoWords = {"down", "undo", "rollback", "revert"};

// All that Flyway calls, whatever becomes of them here.
constexpr std::array<std::string_view, 40> kCallbacks = {"beforeMigrate",
                                                         "beforeRepeatables",
                                                         "beforeEachMigrate",
                                                         "beforeEachMigrateStatement",
                                                         "afterEachMigrateStatement",
                                                         "afterEachMigrateStatementError",
                                                         "afterEachMigrate",
                                                         "afterEachMigrateError",
                                                         "afterMigrate",
                                                         "afterMigrateApplied",
                                                         "afterVersioned",
                                                         "afterMigrateError",
                                                         "afterMigrateOperationFinish",
                                                         "beforeUndo",
                                                         "beforeEachUndo",
                                                         "beforeEachUndoStatement",
                                                         "afterEachUndoStatement",
                                                         "afterEachUndoStatementError",
                                                         "afterEachUndo",
                                                         "afterEachUndoError",
                                                         "afterUndo",
                                                         "afterUndoError",
                                                         "beforeClean",
                                                         "afterClean",
                                                         "afterCleanError",
                                                         "beforeInfo",
                                                         "afterInfo",
                                                         "afterInfoError",
                                                         "beforeValidate",
                                                         "afterValidate",
                                                         "afterValidateError",
                                                         "beforeBaseline",
                                                         "afterBaseline",
                                                         "afterBaselineError",
                                                         "beforeRepair",
                                                         "afterRepair",
                                                         "afterRepairError",
                                                         "beforeConnect",
                                                         "afterConnect",
                                                         "createSchema"};

template <typename Names>
bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Takes the ending behind the last dot off and returns it; empty when there is none.
std::string_view take_ending(std::string_view& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view ending = name.substr(dot + 1);
  name = name.substr(0, dot);
  return ending;
}

// name.up.sql → name; the kind, or nullopt.
std::optional<PartKind> take_direction(std::string_view& name) {
  const std::size_t up = name.rfind(".up.");
  const std::size_t down = name.rfind(".down.");
  if (up == std::string_view::npos && down == std::string_view::npos) return std::nullopt;
  const bool is_down = up == std::string_view::npos || (down != std::string_view::npos && down > up);
  name = name.substr(0, is_down ? down : up);
  return is_down ? PartKind::down : PartKind::up;
}

}  // namespace

std::string words_of(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::size_t leading_digits(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

std::optional<PairName> parse_pair_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  const std::size_t digits = leading_digits(name);
  const auto kind = take_direction(name);
  if (digits == 0 || !kind || name.size() < digits) return std::nullopt;
  PairName parts{std::string(name.substr(0, digits)), {}, *kind};
  if (name.size() == digits) return parts;
  const char separator = name[digits];
  if (separator != '_' && separator != '-' && separator != '.') return std::nullopt;
  parts.description = name.substr(digits + 1);
  std::replace(parts.description.begin(), parts.description.end(), separator == '-' ? '-' : '_', ' ');
  return parts;
}

std::optional<PairName> parse_postgrator_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  const std::size_t digits = leading_digits(name);
  const std::string_view action = name.substr(std::min(digits, name.size()));
  if (digits == 0 || !(action.starts_with(".do") || action.starts_with(".undo"))) return std::nullopt;
  const bool undo = action[1] == 'u';
  const std::string_view rest = action.substr(undo ? 5 : 3);
  if (!rest.empty() && rest[0] != '.') return std::nullopt;
  return PairName{std::string(name.substr(0, digits)),
                  words_of(rest.substr(std::min<std::size_t>(1, rest.size()))),
                  undo ? PartKind::down : PartKind::up};
}

bool is_named_undo(std::string_view name) {
  if (!is_sql_file(name)) return false;
  for (std::size_t dot = name.find('.'); dot < name.size() - 4;) {
    const std::size_t next = name.find('.', dot + 1);
    if (is_among(kUndoWords, name.substr(dot + 1, next - dot - 1))) return true;
    dot = next;
  }
  return false;
}

bool ends_as_undo(std::string_view name) {
  if (!is_sql_file(name)) return false;
  name.remove_suffix(4);
  const std::size_t separator = name.find_last_of("_-.");
  return separator != std::string_view::npos && is_among(kUndoWords, name.substr(separator + 1));
}

bool is_dialect_of(std::string_view dialect, std::string_view engine) {
  return engine == "sqlite" ? is_among(kSqliteNames, dialect) : is_among(kPostgresqlNames, dialect);
}

bool is_dialect(std::string_view name) {
  return is_among(kPostgresqlNames, name) || is_among(kSqliteNames, name) || is_among(kOtherNames, name);
}

std::optional<DialectName> parse_popx_name(std::string_view name) {
  auto pair = parse_pair_name(name);
  if (!pair || (pair->version.size() != 14 && pair->version.size() != 20)) return std::nullopt;
  DialectName parts;
  std::string_view rest = name;
  take_direction(rest);
  std::string_view shorter = rest;
  if (take_ending(shorter) == "autocommit") {
    parts.autocommit = true;
    rest = shorter;
  }
  shorter = rest;
  if (const std::string_view dialect = take_ending(shorter); is_dialect(dialect)) {
    parts.dialect = dialect;
    rest = shorter;
  }
  pair->description = words_of(rest.substr(std::min(rest.size(), pair->version.size() + 1)));
  parts.pair = std::move(*pair);
  return parts;
}

std::optional<DialectName> parse_authelia_name(std::string_view name) {
  constexpr std::size_t kVersionEnd = 5;  // of V0001
  if (!is_sql_file(name) || !name.starts_with('V') || leading_digits(name.substr(1)) != 4 ||
      name.size() <= kVersionEnd || name[kVersionEnd] != '.') {
    return std::nullopt;
  }
  std::string_view rest = name.substr(kVersionEnd + 1);
  const auto kind = take_direction(rest);
  if (!kind) return std::nullopt;
  DialectName parts;
  std::string_view shorter = rest;
  if (const std::string_view dialect = take_ending(shorter); dialect == "all" || is_dialect(dialect)) {
    if (dialect != "all") parts.dialect = dialect;
    rest = shorter;
  }
  parts.pair = {std::string(name.substr(1, 4)), words_of(rest), *kind};
  return parts;
}

std::optional<FlywayName> parse_flyway_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  if (name.empty()) return std::nullopt;
  FlywayName parts;
  parts.prefix = name[0];
  if (parts.prefix != 'V' && parts.prefix != 'U' && parts.prefix != 'B' && parts.prefix != 'R')
    return std::nullopt;
  const std::size_t separator = name.find("__");
  const bool described = separator != std::string_view::npos;
  const std::string_view version = name.substr(1, described ? separator - 1 : separator);
  if (described) parts.description = words_of(name.substr(separator + 2));
  if (parts.prefix == 'R') {
    if (!version.empty() || !described || parts.description.empty()) return std::nullopt;
    return parts;
  }
  if (version.empty() || version.find_first_not_of("0123456789._") != std::string_view::npos ||
      leading_digits(version) == 0 || leading_digits(version.substr(version.size() - 1)) == 0) {
    return std::nullopt;
  }
  parts.version = version;
  std::replace(parts.version.begin(), parts.version.end(), '_', '.');
  if (parts.version.find("..") != std::string::npos) return std::nullopt;
  return parts;
}

std::string_view flyway_callback(std::string_view name) {
  if (!is_sql_file(name)) return {};
  name.remove_suffix(4);
  const std::string_view event = name.substr(0, name.find("__"));
  return is_among(kCallbacks, event) ? event : std::string_view();
}

std::optional<VersionedName> parse_diesel_directory(std::string_view name) {
  const std::size_t digits = leading_digits(name);
  if (digits > 0 && digits + 1 < name.size() && name[digits] == '-' && is_letter(name[digits + 1])) {
    VersionedName parts{std::string(name.substr(0, digits)), std::string(name.substr(digits + 1))};
    std::replace(parts.description.begin(), parts.description.end(), '-', ' ');
    return parts;
  }
  const std::size_t underscore = name.find('_');
  VersionedName parts;
  for (const char c : name.substr(0, underscore)) {
    if (c == '-') continue;
    if (c < '0' || c > '9') return std::nullopt;
    parts.version += c;
  }
  if (parts.version.empty()) return std::nullopt;
  parts.version = whole_time(std::move(parts.version));
  if (underscore != std::string_view::npos) parts.description = words_of(name.substr(underscore + 1));
  return parts;
}

std::string whole_time(std::string digits) {
  if (digits.size() == 8 || digits.size() == 12) digits.resize(14, '0');
  return digits;
}

std::map<std::string, std::string> prisma_versions(std::vector<std::string> directories) {
  std::sort(directories.begin(), directories.end());
  directories.erase(std::unique(directories.begin(), directories.end()), directories.end());
  std::map<std::string, std::string> versions;
  std::map<std::string, std::size_t> seen;
  for (std::string& directory : directories) {
    std::string version = whole_time(directory.substr(0, leading_digits(directory)));
    if (const std::size_t before = seen[version]++; before > 0) version += "." + std::to_string(before);
    versions.emplace(std::move(directory), std::move(version));
  }
  return versions;
}

std::optional<VersionedName> parse_number_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  const std::size_t digits = leading_digits(name);
  if (digits == 0 || digits + 1 >= name.size() || name[digits] != '_') return std::nullopt;
  return VersionedName{std::string(name.substr(0, digits)), words_of(name.substr(digits + 1))};
}

}  // namespace whimbrel
