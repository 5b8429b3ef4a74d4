#include "sqlite_ext/load_frame.h"

#include <string>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/schema/sqlite/closed_statement.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

const Table* find_table(const LoadRequest& request, std::string_view name) {
  for (const Table* table : request.tables)
    if (same_name(table->name, name)) return table;
  return nullptr;
}

void put_off_triggers(sqlite3* db, const LoadRequest& request, LoadFrame& frame) {
  Prepared query(db,
                 "SELECT name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger' ORDER BY rowid");
  while (query.step()) {
    if (find_table(request, query.text(1)) == nullptr) continue;
    frame.before.push_back("DROP TRIGGER " + quote_identifier(query.text(0)));
    frame.after.push_back(closed_statement(query.text(2)));
  }
}

bool has_table(sqlite3* db, const char* name) {
  Prepared query(db, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1");
  sqlite3_bind_text(query.handle(), 1, name, -1, SQLITE_STATIC);
  const Use use(query);
  return query.step();
}

// Each counter in its own place, unless the target has another one there.
void read_positions(sqlite3* db, const LoadRequest& request, LoadFrame& frame) {
  if (!has_table(db, "sqlite_sequence")) return;
  std::string names;
  std::vector<std::string> inserts;
  Prepared query(db, "SELECT name, seq, rowid FROM main.sqlite_sequence ORDER BY rowid");
  while (query.step()) {
    const std::string name(query.text(0));
    if (find_table(request, name) == nullptr) continue;
    const std::string rowid = std::to_string(query.integer(2));
    names += (names.empty() ? "" : ", ") + quote_literal(name);
    inserts.push_back(
        "INSERT INTO sqlite_sequence (rowid, name, seq) SELECT CASE WHEN EXISTS (SELECT 1 FROM "
        "sqlite_sequence "
        "WHERE rowid = " +
        rowid + ") THEN NULL ELSE " + rowid + " END, " + quote_literal(name) + ", " +
        std::to_string(query.integer(1)));
  }
  if (names.empty()) return;
  frame.positions.push_back("DELETE FROM sqlite_sequence WHERE name IN (" + names + ")");
  for (std::string& insert : inserts) frame.positions.push_back(std::move(insert));
}

// As they are, like .dump; what they say was measured on these rows. Only of the whole database.
void read_statistics(sqlite3* db, const LoadRequest& request, LoadFrame& frame) {
  if (!has_table(db, "sqlite_stat1") || !request.takes("main", "sqlite_stat1")) return;
  frame.finish.emplace_back("ANALYZE main.sqlite_schema");
  frame.finish.emplace_back("DELETE FROM sqlite_stat1");
  Prepared query(db,
                 "SELECT rowid, quote(tbl), quote(idx), quote(stat) FROM main.sqlite_stat1 ORDER BY rowid");
  while (query.step()) {
    std::string insert = "INSERT INTO sqlite_stat1 (rowid, tbl, idx, stat) VALUES (";
    for (int i = 0; i < 4; ++i) insert += (i == 0 ? "" : ", ") + std::string(query.text(i));
    frame.finish.push_back(insert + ")");
  }
  frame.finish.emplace_back("ANALYZE main.sqlite_schema");  // reads them
}

}  // namespace

LoadFrame make_load_frame(sqlite3* db, const LoadRequest& request) {
  LoadFrame frame;
  frame.settings.emplace_back("PRAGMA defer_foreign_keys = ON");
  put_off_triggers(db, request, frame);
  // A new virtual table has rows behind it already.
  for (auto table = request.tables.rbegin(); table != request.tables.rend(); ++table)
    if (request.clean || !(*table)->behind.empty())
      frame.before.push_back("DELETE FROM " + quote_identifier((*table)->name));
  read_positions(db, request, frame);
  read_statistics(db, request, frame);
  return frame;
}

}  // namespace whimbrel::sqlite
