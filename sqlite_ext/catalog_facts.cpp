#include "sqlite_ext/catalog_facts.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "common/host.h"
#include "sqlite_ext/foreign_keys.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/statement.h"
#include "sqlite_ext/table_text.h"

namespace whimbrel::sqlite {

namespace {

class CatalogReader {
 public:
  explicit CatalogReader(sqlite3* db) : db_(db) {}

  Catalog read() {
    // With auto_vacuum, pages move when others are dropped.
    const bool pages_stay = !pragma_flag(db_, "main.auto_vacuum");
    const std::set<std::string, std::less<>> hidden = hidden_tables();
    Prepared query(db_, R"(
      SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_schema
      WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
      ORDER BY type = 'table' DESC)");
    while (query.step()) {
      if (hidden.contains(lower_name(query.text(2)))) continue;
      const std::string_view type = query.text(0), sql = query.text(4);
      if (type == "table") {
        take_table(query.text(1), sql, pages_stay ? static_cast<std::uint64_t>(query.integer(3)) : 0);
        continue;
      }
      CatalogObject object;
      object.kind = type;
      object.identity = shown_name(query.text(1));
      object.schema = "main";
      object.name = query.text(1);
      object.add("definition", text_behind_name(sql));
      if (const auto owner = owners_.find(lower_name(query.text(2)));
          type != "view" && owner != owners_.end())
        object.owner = owner->second;
      catalog_.objects.push_back(std::move(object));
    }
    for (const char* name : {"user_version", "application_id"}) take_number(name);
    sort_catalog(catalog_);
    return std::move(catalog_);
  }

 private:
  // Whimbrel's own, and what belongs to a virtual table.
  std::set<std::string, std::less<>> hidden_tables() {
    std::set<std::string, std::less<>> names;
    for (const std::string& own : own_table_names(db_)) names.insert(own);
    Prepared query(db_, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'");
    while (query.step()) names.insert(lower_name(query.text(0)));
    return names;
  }

  void take_table(std::string_view name, std::string_view sql, std::uint64_t root) {
    CatalogObject table;
    table.kind = root == 0 && text_is_virtual(sql) ? "virtual table" : "table";
    table.identity = shown_name(name);
    const TableText text = read_table_text(sql);
    table.schema = "main";
    table.name = name;
    if (!text.rest.empty()) table.add("definition", text.rest);
    table.storage = root;
    const std::string owner = table.key(), identity = table.identity;
    owners_.emplace(lower_name(name), owner);
    catalog_.objects.push_back(std::move(table));
    std::map<std::string, int> seen;
    std::uint32_t position = 0;
    for (const TableItem& item : text.items) {
      CatalogObject part;
      part.kind = item.constraint ? "constraint" : "column";
      // A constraint without a name is known by its text alone.
      part.identity = identity + "." + (item.name.empty() ? item.definition : shown_name(item.name));
      if (const int number = ++seen[part.identity]; number > 1)
        part.identity += " (" + std::to_string(number) + ")";
      part.schema = "main";
      part.name = item.name;
      if (!item.constraint) part.position = ++position;
      part.add("definition", item.definition);
      part.owner = owner;
      part.part = true;
      catalog_.objects.push_back(std::move(part));
    }
  }

  static bool text_is_virtual(std::string_view sql) {
    return normal_text(sql.substr(0, std::min<std::size_t>(sql.size(), 64))).starts_with("create virtual ");
  }

  void take_number(const std::string& name) {
    Prepared query(db_, "PRAGMA main." + name);
    query.step();
    CatalogObject number;
    number.kind = "pragma";
    number.identity = name;
    number.name = name;
    number.add("value", std::to_string(query.integer(0)));
    catalog_.objects.push_back(std::move(number));
  }

  sqlite3* db_;
  Catalog catalog_;
  std::map<std::string, std::string, std::less<>> owners_;  // tables by name in lower case
};

}  // namespace

Catalog read_catalog_facts(sqlite3* db) { return CatalogReader(db).read(); }

}  // namespace whimbrel::sqlite
