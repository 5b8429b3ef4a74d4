#include "sqlite_ext/catalog_facts.h"

#include <set>
#include <string>
#include <tuple>
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

// What the facts are made of.
struct StoredCatalog {
  std::vector<StoredObject> objects;
  std::vector<CatalogObject> numbers;
};

CatalogObject read_number(sqlite3* db, const char* name) {
  Prepared query(db, std::string("PRAGMA main.") + name);
  query.step();
  CatalogObject number;
  number.kind = "pragma";
  number.schema = "main";
  number.identity = number.name = name;
  number.add("value", std::to_string(query.integer(0)));
  return number;
}

StoredCatalog read_stored(sqlite3* db) {
  // With auto_vacuum, pages move when others are dropped.
  const bool pages_stay = !pragma_flag(db, "main.auto_vacuum");
  const Names hidden = hidden_tables(db);
  StoredCatalog stored;
  Prepared query(db, R"(
    SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_')");
  while (query.step()) {
    if (hidden.contains(lower_name(query.text(2)))) continue;
    StoredObject& object = stored.objects.emplace_back();
    object.type = query.text(0);
    object.name = query.text(1);
    object.table = query.text(2);
    if (pages_stay && object.type == "table") object.storage = static_cast<std::uint64_t>(query.integer(3));
    object.sql = query.text(4);
  }
  for (const char* name : {"user_version", "application_id"}) stored.numbers.push_back(read_number(db, name));
  return stored;
}

Catalog facts_of(const StoredCatalog& stored) {
  Catalog catalog;
  add_facts(catalog, stored.objects);
  catalog.objects.insert(catalog.objects.end(), stored.numbers.begin(), stored.numbers.end());
  sort_catalog(catalog);
  return catalog;
}

// The facts of an object are in its text, but for what it depends on, which is no difference.
void mark_known(StoredCatalog& stored, const StoredCatalog& other) {
  const auto key = [](const StoredObject& object) {
    return std::tie(object.type, object.name, object.table, object.sql);
  };
  std::set<decltype(key(StoredObject()))> others;
  for (const StoredObject& object : other.objects) others.insert(key(object));
  for (StoredObject& object : stored.objects) object.known = others.contains(key(object));
}

class TextMark : public CatalogMark {
 public:
  explicit TextMark(sqlite3* db) : db_(db), before_(read_stored(db)) {}

  std::vector<CatalogChange> changes() override {
    StoredCatalog now = read_stored(db_);
    mark_known(before_, now);
    mark_known(now, before_);
    return compare_catalogs(facts_of(before_), facts_of(now));
  }

 private:
  sqlite3* db_;
  StoredCatalog before_;
};

}  // namespace

Catalog read_catalog_facts(sqlite3* db) { return facts_of(read_stored(db)); }

std::unique_ptr<CatalogMark> mark_catalog_texts(sqlite3* db) { return std::make_unique<TextMark>(db); }

}  // namespace whimbrel::sqlite
