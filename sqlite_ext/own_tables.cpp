#include "sqlite_ext/own_tables.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/own_table_names.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "sqlite_ext/script.h"
#include "sqlite_ext/statement.h"
#include "tables_sql.h"

namespace whimbrel::sqlite {

namespace {

enum class Presence { absent, ours, foreign };

// The schema that the connection knows: a statement that reads has been stepped, so it is the transaction's.
Presence presence(sqlite3* db, const OwnTable& table) {
  if (sqlite3_table_column_metadata(db, "main", table.name.data(), table.mark.data(), nullptr, nullptr,
                                    nullptr, nullptr, nullptr) == SQLITE_OK)
    return Presence::ours;
  // Not there, or a view, or a table of others.
  Prepared query(db, "SELECT count(*), coalesce(sum(name = ?2), 0) FROM pragma_table_info(?1, 'main')");
  sqlite3_bind_text(query.handle(), 1, table.name.data(), static_cast<int>(table.name.size()), SQLITE_STATIC);
  sqlite3_bind_text(query.handle(), 2, table.mark.data(), static_cast<int>(table.mark.size()), SQLITE_STATIC);
  query.step();
  if (query.integer(0) == 0) return Presence::absent;
  return query.integer(1) > 0 ? Presence::ours : Presence::foreign;
}

// The table that a statement of tables.sql creates: CREATE TABLE name (…
std::string_view created_table(std::string_view statement) {
  sql::Lexer lexer(statement, sql::Rules::sqlite);
  lexer.next_code();
  lexer.next_code();
  return lexer.next_code().text;
}

bool has_trigger_or_view(sqlite3* db, const std::string& schema) {
  Prepared query(db, "SELECT 1 FROM " + schema + ".sqlite_schema WHERE type IN ('trigger', 'view') LIMIT 1");
  return query.step();
}

// A database for temporary tables exists from the first statement on that names it. With one, each statement
// that makes SQLite read the schema again has to read that one too.
bool has_temporary_schema(sqlite3* db) {
  Prepared query(db, "SELECT 1 FROM pragma_database_list WHERE name = 'temp'");
  return query.step();
}

}  // namespace

bool is_own_table(const Table& table) {
  return std::ranges::any_of(kOwnTables, [&](const OwnTable& own) {
    return same_name(table.name, own.name) && table.find_column(own.mark) != Table::npos;
  });
}

std::vector<std::string> own_table_names(sqlite3* db) {
  std::vector<std::string> names;
  for (const OwnTable& own : kOwnTables)
    if (presence(db, own) == Presence::ours) names.emplace_back(own.name);
  return names;
}

bool own_tables_exist(sqlite3* db, OwnTables group) {
  return std::ranges::all_of(kOwnTables, [&](const OwnTable& own) {
    return own.group != group || presence(db, own) == Presence::ours;
  });
}

bool own_tables_may_wait(sqlite3* db) {
  const auto is_in_the_way = [&](const OwnTable& own) {
    return own.group == OwnTables::migrations && presence(db, own) != Presence::absent;
  };
  if (std::ranges::any_of(kOwnTables, is_in_the_way)) return false;
  return !has_trigger_or_view(db, "main") && !(has_temporary_schema(db) && has_trigger_or_view(db, "temp"));
}

void refuse_end_of_own_table(sqlite3* db, const StatementTarget& target) {
  using Verb = StatementTarget::Verb;
  if (target.verb == Verb::remove_rows) return;
  for (const OwnTable& own : kOwnTables) {
    if (!same_name(target.table, own.name) || presence(db, own) != Presence::ours) continue;
    throw Error(
        code::kUnsupported,
        "a migration cannot " + std::string(target.verb == Verb::drop_table ? "drop" : "rename") +
            " table \"" + std::string(own.name) + "\"",
        "It is Whimbrel's own" +
            std::string(own.group == OwnTables::migrations ? ", with the history of migrations." : "."),
        "Leave the statement out.");
  }
}

void explain_own_table(sqlite3* db, Error& error) {
  constexpr std::string_view kBefore = "table ", kBehind = " already exists";
  const std::string_view message = error.message;
  if (!message.starts_with(kBefore) || !message.ends_with(kBehind)) return;
  sql::Lexer lexer(message.substr(kBefore.size()), sql::Rules::sqlite);
  const std::string name = name_of(lexer.next_code());
  for (const OwnTable& own : kOwnTables)
    if (same_name(name, own.name) && presence(db, own) == Presence::ours)
      error.hint = "The table is Whimbrel's own" +
                   std::string(own.group == OwnTables::migrations ? ", with its history" : "") +
                   ". Write CREATE TABLE IF NOT EXISTS, or leave the statement out.";
}

void create_own_tables(sqlite3* db, OwnTables group) {
  std::string missing = " ";
  for (const OwnTable& own : kOwnTables) {
    if (own.group != group) continue;
    switch (presence(db, own)) {
      case Presence::ours:
        break;
      case Presence::absent:
        missing += std::string(own.name) + " ";
        break;
      case Presence::foreign:
        throw Error(code::kUnsupported,
                    "table \"" + std::string(own.name) + "\" exists and is not Whimbrel's",
                    "It has no column \"" + std::string(own.mark) + "\", so another tool made it.",
                    group == OwnTables::migrations
                        ? "migrate_adopt() takes over its history and renames it; or rename it yourself."
                        : "Rename it: these functions keep what they need under that name.");
    }
  }
  if (missing == " ") return;
  const std::string_view script = kTablesSql;
  for (const Statement& statement : split_script(script)) {
    const std::string_view text = script.substr(statement.offset, statement.length);
    if (missing.find(" " + std::string(created_table(text)) + " ") != std::string::npos) run_sql(db, text);
  }
}

}  // namespace whimbrel::sqlite
