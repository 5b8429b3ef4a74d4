#include "sqlite_ext/entry_check.h"

#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/error_text.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::size_t kLongest = 120;  // bytes of a statement that a message shows

std::string text_of(sqlite3_stmt* statement) {
  const char* sql = sqlite3_sql(statement);
  return sql == nullptr ? std::string() : std::string(sql);
}

// Whether the program of this statement opens a table or an index. The text of a statement does not tell as
// well: FROM json_each(…) opens none, a subquery in the arguments does.
bool opens_table(sqlite3* db, const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  const std::string explain = "EXPLAIN " + sql;
  if (sqlite3_prepare_v2(db, explain.data(), static_cast<int>(explain.size()), &handle, nullptr) != SQLITE_OK)
    return false;  // EXPLAIN itself, or a text that SQLite made
  bool found = false;
  constexpr int kOpcode = 1;
  while (!found && sqlite3_step(handle) == SQLITE_ROW) {
    const auto* opcode = reinterpret_cast<const char*>(sqlite3_column_text(handle, kOpcode));
    const std::string_view name = opcode == nullptr ? "" : opcode;
    found = name == "OpenRead" || name == "OpenWrite" || name == "ReopenIdx";
  }
  sqlite3_finalize(handle);
  return found;
}

std::string call_hint(const Function& function) {
  return "Call it by a statement of its own: SELECT " + std::string(function.name) +
         "(...). Its rows: SELECT value FROM json_each(" + std::string(function.name) + "(...)).";
}

[[noreturn]] void refuse_writing_statement(const Function& function, const std::string& sql) {
  throw Error(code::kInvalidCall,
              std::string(function.name) + "() cannot run inside or beside a statement that writes",
              "This statement is not finished: " + excerpt(sql, kLongest), call_hint(function));
}

[[noreturn]] void refuse_reading_statement(const Function& function, const std::string& sql) {
  const std::string name(function.name);
  if (lower_name(sql).find(lower_name(name)) != std::string::npos)
    throw Error(code::kInvalidCall, name + "() cannot be called by a statement that reads a table",
                "The calling statement reads a table: " + excerpt(sql, kLongest), call_hint(function));
  throw Error(code::kInvalidCall,
              name + "() cannot run while another SELECT of this connection is unfinished",
              "This statement still reads: " + excerpt(sql, kLongest),
              "Fetch its rows to the end, or reset or close its cursor, and call again.");
}

}  // namespace

void check_writer_entry(const Connection& connection, const Function& function) {
  if (connection.writers > 0)
    throw Error(code::kInvalidCall,
                std::string(function.name) + "() cannot run inside another function that writes",
                "A migration or an import of this connection is under way.",
                "Call it by a statement of its own, not from the SQL of a migration.");
  sqlite3* db = connection.db;
  std::vector<std::string> reading;
  for (sqlite3_stmt* statement = sqlite3_next_stmt(db, nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(db, statement)) {
    if (sqlite3_stmt_busy(statement) == 0) continue;
    if (sqlite3_stmt_readonly(statement) == 0) refuse_writing_statement(function, text_of(statement));
    reading.push_back(text_of(statement));
  }
  // No statement holds a table when none has begun to read.
  if (sqlite3_get_autocommit(db) != 0 && sqlite3_txn_state(db, nullptr) == SQLITE_TXN_NONE) return;
  for (const std::string& sql : reading)
    if (opens_table(db, sql)) refuse_reading_statement(function, sql);
}

}  // namespace whimbrel::sqlite
