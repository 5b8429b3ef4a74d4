#include "sqlite_ext/load_frame.h"

#include <string>

#include "common/host.h"
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
    frame.after.emplace_back(query.text(2));
  }
}

bool has_counters(sqlite3* db) {
  Prepared query(db, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'");
  const Use use(query);
  return query.step();
}

void read_positions(sqlite3* db, const LoadRequest& request, LoadFrame& frame) {
  if (!has_counters(db)) return;
  Prepared query(db, "SELECT name, seq FROM main.sqlite_sequence ORDER BY name");
  while (query.step()) {
    const std::string name(query.text(0));
    if (find_table(request, name) == nullptr) continue;
    frame.positions.push_back("DELETE FROM sqlite_sequence WHERE name = " + quote_literal(name));
    frame.positions.push_back("INSERT INTO sqlite_sequence (name, seq) VALUES (" + quote_literal(name) +
                              ", " + std::to_string(query.integer(1)) + ")");
  }
}

}  // namespace

LoadFrame make_load_frame(sqlite3* db, const LoadRequest& request) {
  LoadFrame frame;
  frame.settings.emplace_back("PRAGMA defer_foreign_keys = ON");
  put_off_triggers(db, request, frame);
  if (request.clean)
    for (auto table = request.tables.rbegin(); table != request.tables.rend(); ++table)
      frame.before.push_back("DELETE FROM " + quote_identifier((*table)->name));
  read_positions(db, request, frame);
  return frame;
}

}  // namespace whimbrel::sqlite
