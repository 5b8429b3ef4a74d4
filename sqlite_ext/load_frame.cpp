#include "sqlite_ext/load_frame.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/schema/sqlite/closed_statement.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

using Names = std::set<std::string, std::less<>>;  // in lower case

Names loaded_tables(const LoadRequest& request) {
  Names names;
  for (const Table* table : request.tables) names.insert(lower_name(table->name));
  return names;
}

Names own_tables(sqlite3* db) {
  Names names;
  for (const std::string& name : own_table_names(db)) names.insert(lower_name(name));
  return names;
}

bool loads_everything(sqlite3* db, const LoadRequest& request, const Names& loaded, const Names& own) {
  Prepared query(db, R"(
    SELECT name, type FROM pragma_table_list
    WHERE schema = 'main' AND type <> 'shadow' AND substr(name, 1, 7) <> 'sqlite_')");
  const Use use(query);
  while (query.step()) {
    const std::string_view name = query.text(0);
    if (own.contains(lower_name(name))) continue;
    if (query.text(1) == "table" ? !loaded.contains(lower_name(name)) : !request.takes("main", name))
      return false;
  }
  return true;
}

// A row of sqlite_schema that is no table.
struct Stored {
  std::string type, name, table, sql;
};

std::vector<Stored> stored_objects(sqlite3* db) {
  std::vector<Stored> objects;
  Prepared query(db, R"(
    SELECT type, name, tbl_name, sql FROM main.sqlite_schema
    WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid)");
  while (query.step())
    objects.push_back({std::string(query.text(0)), std::string(query.text(1)), std::string(query.text(2)),
                       closed_statement(query.text(3))});
  return objects;
}

std::string drop_of(const Stored& object) {
  return (object.type == "view"    ? "DROP VIEW "
          : object.type == "index" ? "DROP INDEX "
                                   : "DROP TRIGGER ") +
         quote_identifier(object.name);
}

bool is_unique(sqlite3* db, const Stored& index) {
  Prepared query(db, "SELECT 1 FROM pragma_index_list(" + quote_literal(index.table) +
                         ", 'main') WHERE \"unique\" AND name = " + quote_literal(index.name));
  const Use use(query);
  return query.step();
}

// Triggers would fire. What was made behind the first of them goes too and comes back behind it, so that the
// schema keeps its order; a unique index, which foreign keys may need meanwhile, only then.
void put_off_triggers(sqlite3* db, const LoadRequest& request, const Names& loaded, LoadFrame& frame) {
  const Names own = own_tables(db);
  const bool everything = loads_everything(db, request, loaded, own);
  std::vector<std::string> drops;
  for (const Stored& object : stored_objects(db)) {
    const bool fires = object.type == "trigger" && loaded.contains(lower_name(object.table));
    if (!fires && (drops.empty() || !everything || own.contains(lower_name(object.table)))) continue;
    if (object.type == "index" && is_unique(db, object))
      frame.after.push_back(drop_of(object));
    else
      drops.push_back(drop_of(object));
    frame.after.push_back(object.sql);
  }
  // A view takes its triggers with it.
  frame.before.insert(frame.before.end(), drops.rbegin(), drops.rend());
}

bool has_table(sqlite3* db, const char* name) {
  Prepared query(db, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1");
  sqlite3_bind_text(query.handle(), 1, name, -1, SQLITE_STATIC);
  const Use use(query);
  return query.step();
}

// Each counter in its own place, unless the target has another one there.
void read_positions(sqlite3* db, const Names& loaded, LoadFrame& frame) {
  if (!has_table(db, "sqlite_sequence")) return;
  std::string names;
  std::vector<std::string> inserts;
  Prepared query(db, "SELECT name, quote(seq), rowid FROM main.sqlite_sequence ORDER BY rowid");
  while (query.step()) {
    const std::string name(query.text(0));
    if (!loaded.contains(lower_name(name))) continue;
    const std::string rowid = std::to_string(query.integer(2));
    names += (names.empty() ? "" : ", ") + quote_literal(name);
    inserts.push_back(
        "INSERT INTO sqlite_sequence (rowid, name, seq) SELECT CASE WHEN EXISTS (SELECT 1 FROM "
        "sqlite_sequence "
        "WHERE rowid = " +
        rowid + ") THEN NULL ELSE " + rowid + " END, " + quote_literal(name) + ", " +
        std::string(query.text(1)));
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
  const Names loaded = loaded_tables(request);
  put_off_triggers(db, request, loaded, frame);
  // A new virtual table has rows behind it already.
  for (auto table = request.tables.rbegin(); table != request.tables.rend(); ++table)
    if (request.clean || !(*table)->behind.empty())
      frame.before.push_back("DELETE FROM " + quote_identifier((*table)->name));
  read_positions(db, loaded, frame);
  read_statistics(db, request, frame);
  return frame;
}

}  // namespace whimbrel::sqlite
