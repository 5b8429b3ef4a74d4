#include "sqlite_ext/settings.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <span>

#include "common/error.h"
#include "common/host.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

// Those that tell their value when they are asked and take it back. hard_heap_limit does not: it only falls.
constexpr std::string_view kNames[] = {"analysis_limit",
                                       "automatic_index",
                                       "busy_timeout",
                                       "cache_size",
                                       "cache_spill",
                                       "cell_size_check",
                                       "checkpoint_fullfsync",
                                       "count_changes",
                                       "empty_result_callbacks",
                                       "full_column_names",
                                       "fullfsync",
                                       "ignore_check_constraints",
                                       "journal_size_limit",
                                       "legacy_alter_table",
                                       "locking_mode",
                                       "max_page_count",
                                       "mmap_size",
                                       "query_only",
                                       "read_uncommitted",
                                       "recursive_triggers",
                                       "reverse_unordered_selects",
                                       "secure_delete",
                                       "short_column_names",
                                       "soft_heap_limit",
                                       "threads",
                                       "trusted_schema",
                                       "wal_autocheckpoint",
                                       "writable_schema"};

// Refused inside of a transaction.
constexpr std::string_view kNamesOutside[] = {"journal_mode", "synchronous", "temp_store"};

// Without a schema they set every database of the connection, the attached ones too.
constexpr std::string_view kNamesOfAll[] = {"journal_mode", "locking_mode", "mmap_size", "secure_delete"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> databases(sqlite3* db) {
  std::vector<std::string> names;
  Prepared query(db, "PRAGMA database_list");
  while (query.step()) names.emplace_back(query.text(1));
  return names;
}

// None where it has no value: mmap_size of a database in memory.
std::optional<std::string> value_of(sqlite3* db, const std::string& pragma) {
  try {
    Prepared query(db, "PRAGMA " + pragma);
    if (!query.step()) return std::nullopt;
    return std::string(query.text(0));
  } catch (Error& error) {
    error.position.reset();  // it is of no text of the caller's
    throw;
  }
}

// What sets the value, where that is not how it is told.
std::string argument_for(const std::string& name, const std::string& value) {
  return name == "secure_delete" && value == "2" ? "fast" : value;
}

// WAL is of the database, and whoever asks for it or for its end means the database; all other modes are of
// the connection.
bool stays(const std::string& name, const std::string& before, const std::string& now) {
  return before == now || (name == "journal_mode" && (before == "wal" || now == "wal"));
}

}  // namespace

bool SessionSettings::has(std::string_view name) { return is_among(kNames, name); }

void SessionSettings::remember(const Pragma& pragma) {
  if (!pragma.argument.has_value() || !(has(pragma.name) || is_among(kNamesOutside, pragma.name))) return;
  if (!pragma.schema.empty()) {
    remember(quote_identifier(pragma.schema) + ".", pragma.name);
    return;
  }
  // The one without a schema is also what databases begin with that are attached later. It is put back first.
  if (is_among(kNamesOfAll, pragma.name))
    for (const std::string& schema : databases(db_)) remember(quote_identifier(schema) + ".", pragma.name);
  if (pragma.name != "journal_mode") remember("", pragma.name);
}

void SessionSettings::remember(const std::string& schema, const std::string& name) {
  const bool known = std::ranges::any_of(
      before_, [&](const Setting& one) { return one.schema == schema && one.name == name; });
  if (known) return;
  if (std::optional<std::string> value = value_of(db_, schema + name))
    before_.push_back({schema, name, std::move(*value)});
}

void SessionSettings::put_back(const Setting& one) const {
  const std::string argument = argument_for(one.name, one.value);
  try {
    const std::string pragma = one.schema + one.name;
    if (!stays(one.name, one.value, value_of(db_, pragma).value_or(one.value)))
      run_sql(db_, "PRAGMA " + pragma + " = " + argument);
  } catch (const Error& error) {
    if ((result_code(error) & 0xff) != SQLITE_INTERRUPT) throw;
    // Until the call has returned no statement runs. But SQLite sets these while it prepares them, and looks
    // for the interrupt at blanks only.
    Prepared(db_,
             "PRAGMA" + one.schema + quote_identifier(one.name) + "=" + quote_identifier(argument) + ";");
  }
}

void SessionSettings::restore() const {
  std::exception_ptr first;
  for (auto one = before_.rbegin(); one != before_.rend(); ++one) {
    try {
      put_back(*one);
    } catch (...) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

bool resets_schema(const Pragma& pragma) {
  return pragma.name == "writable_schema" && pragma.argument == "reset";
}

// The number stays as it is; that it is written counts as a change.
void keep_schema_change(sqlite3* db) {
  if (const auto version = value_of(db, "main.schema_version"))
    run_sql(db, "PRAGMA main.schema_version = " + *version);
}

CallSettings::~CallSettings() {
  try {
    settings_.restore();
  } catch (const std::exception&) {  // what the call did is done, or its own error is on the way
  }
}

}  // namespace whimbrel::sqlite
