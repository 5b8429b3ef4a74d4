#include "sqlite_ext/catalog_facts.h"

#include <set>
#include <string>
#include <vector>

#include "common/schema/sqlite/facts.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/foreign_keys.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

using Names = std::set<std::string, std::less<>>;

// Whimbrel's own, and what belongs to a virtual table.
Names hidden_tables(sqlite3* db) {
  Names names;
  for (const std::string& own : own_table_names(db)) names.insert(own);
  Prepared query(db, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'");
  while (query.step()) names.insert(lower_name(query.text(0)));
  return names;
}

void add_number(sqlite3* db, const char* name, Catalog& catalog) {
  Prepared query(db, std::string("PRAGMA main.") + name);
  query.step();
  CatalogObject& number = catalog.objects.emplace_back();
  number.kind = "pragma";
  number.schema = "main";
  number.identity = number.name = name;
  number.add("value", std::to_string(query.integer(0)));
}

}  // namespace

Catalog read_catalog_facts(sqlite3* db) {
  // With auto_vacuum, pages move when others are dropped.
  const bool pages_stay = !pragma_flag(db, "main.auto_vacuum");
  const Names hidden = hidden_tables(db);
  std::vector<StoredObject> objects;
  Prepared query(db, R"(
    SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_')");
  while (query.step()) {
    if (hidden.contains(lower_name(query.text(2)))) continue;
    StoredObject& object = objects.emplace_back();
    object.type = query.text(0);
    object.name = query.text(1);
    object.table = query.text(2);
    if (pages_stay && object.type == "table") object.storage = static_cast<std::uint64_t>(query.integer(3));
    object.sql = query.text(4);
  }
  Catalog catalog;
  add_facts(catalog, objects);
  for (const char* name : {"user_version", "application_id"}) add_number(db, name, catalog);
  sort_catalog(catalog);
  return catalog;
}

}  // namespace whimbrel::sqlite
