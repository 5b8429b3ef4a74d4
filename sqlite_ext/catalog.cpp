#include "sqlite_ext/catalog.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

// Tables by name in lower case: SQLite's names differ by more than case.
using TableIndex = std::map<std::string, std::size_t, std::less<>>;

enum class Shadows { left_out, taken };

constexpr const char* kAuthorizer = "An authorizer of the application may keep it back: it must let PRAGMA ";

// Of an empty database it tells the tables of the catalog itself.
void require_table_list(sqlite3* db) {
  Prepared list(db, "SELECT 1 FROM pragma_table_list WHERE schema = 'main'");
  if (!list.step())
    throw Error(code::kUnsupported, "the tables cannot be read", "pragma_table_list() tells nothing.",
                std::string(kAuthorizer) + "table_list pass.");
}

void read_columns(sqlite3* db, Shadows shadows, Schema& schema, std::vector<bool>& without_rowid) {
  Prepared query(db, R"(
    SELECT l.name, l.wr, x.name, x.type, x."notnull", x.dflt_value IS NOT NULL, x.pk, x.hidden, l.strict
    FROM pragma_table_list AS l LEFT JOIN pragma_table_xinfo(l.name, 'main') AS x
    WHERE l.schema = 'main' AND l.type IN ('table', ?1) AND substr(l.name, 1, 7) <> 'sqlite_'
    ORDER BY l.name COLLATE BINARY, x.cid)");
  sqlite3_bind_text(query.handle(), 1, shadows == Shadows::taken ? "shadow" : "table", -1, SQLITE_STATIC);
  std::vector<std::pair<std::int64_t, std::size_t>> key;  // place in the key, column
  const auto finish_key = [&] {
    std::sort(key.begin(), key.end());
    for (const auto& part : key) schema.tables.back().primary_key.push_back(part.second);
    key.clear();
  };
  while (query.step()) {
    if (schema.tables.empty() || schema.tables.back().name != query.text(0)) {
      if (!schema.tables.empty()) finish_key();
      Table table;
      table.schema = "main";
      table.name = query.text(0);
      schema.tables.push_back(std::move(table));
      without_rowid.push_back(query.integer(1) != 0);
    }
    if (query.is_null(2))
      throw Error(
          code::kUnsupported, "the columns of table \"" + schema.tables.back().name + "\" cannot be read",
          "pragma_table_xinfo() tells nothing of it.", std::string(kAuthorizer) + "table_xinfo pass.");
    constexpr std::int64_t kHidden = 1;
    if (query.integer(7) == kHidden) continue;
    Column column;
    column.name = query.text(2);
    column.type = query.text(3);
    column.kind = kind_of_type(column.type);
    // ANY of a STRICT table takes every value; elsewhere it is a name like others.
    const bool any = query.integer(8) != 0 && same_name(column.type, "any");
    column.affinity = any ? Affinity::none : affinity_of(column.type);
    column.not_null = query.integer(4) != 0;
    column.has_default = query.integer(5) != 0;
    column.generated = query.integer(7) > kHidden;
    std::vector<Column>& columns = schema.tables.back().columns;
    if (const std::int64_t place = query.integer(6); place > 0) key.emplace_back(place, columns.size());
    columns.push_back(std::move(column));
  }
  if (schema.tables.empty()) return require_table_list(db);
  finish_key();
}

// A key that is the rowid itself has no index. (The type alone does not tell: INTEGER PRIMARY KEY DESC.)
std::set<std::string, std::less<>> tables_with_key_index(sqlite3* db) {
  Prepared query(db, R"(
    SELECT l.name FROM pragma_table_list AS l JOIN pragma_index_list(l.name, 'main') AS i
    WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') AND i.origin = 'pk')");
  std::set<std::string, std::less<>> names;
  while (query.step()) names.emplace(query.text(0));
  return names;
}

void mark_identities(sqlite3* db, Schema& schema, const std::vector<bool>& without_rowid) {
  const auto indexed = tables_with_key_index(db);
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    Table& table = schema.tables[i];
    if (without_rowid[i] || table.primary_key.size() != 1 || indexed.contains(table.name)) continue;
    Column& column = table.columns[table.primary_key.front()];
    column.identity = same_name(column.type, "integer");
    if (column.identity) column.not_null = true;
  }
}

ForeignKeyAction action_of(std::string_view text) {
  if (text == "RESTRICT") return ForeignKeyAction::restrict;
  if (text == "CASCADE") return ForeignKeyAction::cascade;
  if (text == "SET NULL") return ForeignKeyAction::set_null;
  if (text == "SET DEFAULT") return ForeignKeyAction::set_default;
  return ForeignKeyAction::no_action;
}

std::size_t find_column(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (same_name(table.columns[i].name, name)) return i;
  return Table::npos;
}

// Names as the parent spells them, and its primary key where the child names no column.
void resolve_parent(const Schema& schema, const TableIndex& index, ForeignKey& key) {
  const auto found = index.find(lower_name(key.parent_table));
  if (found == index.end()) return;
  const Table& parent = schema.tables[found->second];
  key.parent_table = parent.name;
  if (key.parent_columns.empty())
    for (std::size_t column : parent.primary_key) key.parent_columns.push_back(parent.columns[column].name);
  for (std::string& name : key.parent_columns)
    if (const std::size_t column = find_column(parent, name); column != Table::npos)
      name = parent.columns[column].name;
}

void read_foreign_keys(sqlite3* db, Schema& schema) {
  TableIndex index;
  for (std::size_t i = 0; i < schema.tables.size(); ++i) index[lower_name(schema.tables[i].name)] = i;
  // The highest id is the key that was declared first.
  Prepared query(db, R"(
    SELECT l.name, f.id, f."table", f."from", f."to", f.on_delete
    FROM pragma_table_list AS l JOIN pragma_foreign_key_list(l.name, 'main') AS f
    WHERE l.schema = 'main' AND l.type = 'table' AND substr(l.name, 1, 7) <> 'sqlite_'
    ORDER BY l.name COLLATE BINARY, f.id DESC, f.seq)");
  Table* table = nullptr;
  std::int64_t id = -1;
  while (query.step()) {
    if (table == nullptr || table->name != query.text(0)) {
      table = &schema.tables[index.find(lower_name(query.text(0)))->second];
      id = -1;
    }
    if (id != query.integer(1)) {
      id = query.integer(1);
      ForeignKey key;
      key.parent_schema = "main";
      key.parent_table = query.text(2);
      key.on_delete = action_of(query.text(5));
      key.deferrable = key.initially_deferred = true;
      table->foreign_keys.push_back(std::move(key));
    }
    ForeignKey& key = table->foreign_keys.back();
    if (const std::size_t column = find_column(*table, query.text(3)); column != Table::npos)
      key.columns.push_back(column);
    if (!query.is_null(4)) key.parent_columns.emplace_back(query.text(4));
  }
  for (Table& child : schema.tables)
    for (ForeignKey& key : child.foreign_keys) resolve_parent(schema, index, key);
}

// Indexes over an expression have a column without a name.
void read_unique_keys(sqlite3* db, Schema& schema) {
  Prepared query(db, R"(
    SELECT l.name, i.name, x.name
    FROM pragma_table_list AS l JOIN pragma_index_list(l.name, 'main') AS i
      JOIN pragma_index_info(i.name, 'main') AS x
    WHERE l.schema = 'main' AND l.type = 'table' AND substr(l.name, 1, 7) <> 'sqlite_'
      AND i."unique" AND NOT i.partial AND i.origin <> 'pk'
      AND NOT EXISTS (SELECT 1 FROM pragma_index_info(i.name, 'main') AS e WHERE e.name IS NULL)
    ORDER BY l.name COLLATE BINARY, i.name COLLATE BINARY, x.seqno)");
  Table* table = nullptr;
  std::string index;
  while (query.step()) {
    if (table == nullptr || table->name != query.text(0)) {
      const std::string_view name = query.text(0);
      table = &*std::find_if(schema.tables.begin(), schema.tables.end(),
                             [&](const Table& one) { return one.name == name; });
      index.clear();
    }
    if (index != query.text(1)) {
      index = query.text(1);
      table->unique_keys.push_back({index, {}, false});
    }
    table->unique_keys.back().columns.push_back(find_column(*table, query.text(2)));
  }
}

void mark_triggers(sqlite3* db, Schema& schema) {
  Prepared query(db, R"(
    SELECT tbl_name FROM main.sqlite_schema WHERE type = 'trigger'
    UNION SELECT tbl_name FROM temp.sqlite_schema WHERE type = 'trigger')");
  while (query.step())
    for (Table& table : schema.tables)
      if (same_name(table.name, query.text(0))) table.triggers = true;
}

Schema read(sqlite3* db, Shadows shadows, std::vector<bool>& without_rowid) {
  Schema schema;
  read_columns(db, shadows, schema, without_rowid);
  mark_identities(db, schema, without_rowid);
  read_foreign_keys(db, schema);
  read_unique_keys(db, schema);
  mark_triggers(db, schema);
  for (Table& table : schema.tables) table.own = is_own_table(table);
  return schema;
}

void mark_shadows(sqlite3* db, Schema& schema) {
  // A shadow table is called after its virtual table, which may be called after another one.
  Prepared query(db, R"(
    SELECT s.name, v.name FROM pragma_table_list AS s JOIN pragma_table_list AS v
      ON v.schema = 'main' AND v.type = 'virtual'
         AND lower(substr(s.name, 1, length(v.name) + 1)) = lower(v.name) || '_'
    WHERE s.schema = 'main' AND s.type = 'shadow' ORDER BY length(v.name))");
  while (query.step())
    for (Table& table : schema.tables)
      if (table.name == query.text(0)) table.behind = query.text(1);
}

}  // namespace

Schema read_catalog(sqlite3* db) {
  std::vector<bool> without_rowid;
  Schema schema = read(db, Shadows::left_out, without_rowid);
  Prepared query(
      db, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' ORDER BY name");
  while (query.step()) schema.beyond_documents.emplace_back(query.text(0));
  return schema;
}

Schema read_stored_catalog(sqlite3* db) {
  std::vector<bool> without_rowid;
  Schema schema = read(db, Shadows::taken, without_rowid);
  mark_shadows(db, schema);
  for (std::size_t i = 0; i < schema.tables.size(); ++i) {
    Table& table = schema.tables[i];
    const bool has_column = table.primary_key.size() == 1 && table.columns[table.primary_key[0]].identity;
    const std::string_view name = rowid_name(table);
    if (without_rowid[i] || has_column || name.empty()) continue;
    Column& rowid = table.columns.emplace_back();
    rowid.name = name;
    rowid.type = "INTEGER";
    rowid.kind = Kind::integer;
    rowid.affinity = Affinity::integer;
    rowid.not_null = rowid.implicit = true;
  }
  return schema;
}

void add_views(sqlite3* db, Schema& schema, std::span<const std::string> names) {
  Prepared query(db, R"(
    SELECT l.name, x.name, x.type FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name, 'main') AS x
    WHERE l.schema = 'main' AND l.type = 'view' ORDER BY l.name, x.cid)");
  std::vector<Table> views;
  while (query.step()) {
    const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name == query.text(0) || name == "main." + std::string(query.text(0));
    });
    if (!named) continue;
    if (views.empty() || views.back().name != query.text(0)) {
      views.emplace_back();
      views.back().schema = "main";
      views.back().name = query.text(0);
      views.back().view = views.back().rules = true;
    }
    Column column;
    column.name = query.text(1);
    column.type = query.text(2);
    column.kind = kind_of_type(column.type);
    views.back().columns.push_back(std::move(column));
  }
  for (Table& view : views) schema.add(std::move(view));
}

std::string_view rowid_name(const Table& table) {
  if (table.view) return {};
  for (std::string_view name : {"rowid", "_rowid_", "oid"})
    if (find_column(table, name) == Table::npos) return name;
  return {};
}

}  // namespace whimbrel::sqlite
