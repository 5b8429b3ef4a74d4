#include "sqlite_ext/drop_objects.h"

#include <algorithm>

#include "common/host.h"
#include "common/schema/sqlite/names.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

// In a transaction the PRAGMA would do nothing; this does.
class ForeignKeysOff {
 public:
  explicit ForeignKeysOff(sqlite3* db) : db_(db) {
    sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &was_on_);
    if (was_on_ != 0) sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  }
  ~ForeignKeysOff() {
    if (was_on_ != 0) sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  }
  ForeignKeysOff(const ForeignKeysOff&) = delete;
  ForeignKeysOff& operator=(const ForeignKeysOff&) = delete;

 private:
  sqlite3* db_;
  int was_on_ = 0;
};

struct Object {
  std::string type;
  std::string name;
};

// What depends on others comes first. A virtual table takes its shadow tables with it.
std::vector<Object> list_objects(sqlite3* db) {
  Prepared query(db, R"(
    SELECT type, name FROM (
      SELECT 1 AS turn, type, name FROM main.sqlite_schema WHERE type = 'trigger'
      UNION ALL SELECT 2, type, name FROM main.sqlite_schema WHERE type = 'view'
      UNION ALL SELECT CASE type WHEN 'virtual' THEN 3 ELSE 4 END, 'table', name FROM pragma_table_list
       WHERE schema = 'main' AND type IN ('virtual', 'table') AND substr(name, 1, 7) <> 'sqlite_')
    ORDER BY turn, name COLLATE BINARY)");
  std::vector<Object> objects;
  while (query.step()) objects.push_back({std::string(query.text(0)), std::string(query.text(1))});
  return objects;
}

}  // namespace

std::vector<std::string> drop_objects(sqlite3* db) {
  const std::vector<std::string> own = own_table_names(db);
  const std::vector<Object> objects = list_objects(db);
  const ForeignKeysOff keys(db);
  std::vector<std::string> dropped;
  for (const Object& object : objects) {
    if (object.type == "table" && std::any_of(own.begin(), own.end(), [&object](const std::string& name) {
          return same_name(name, object.name);
        })) {
      continue;
    }
    run_sql(db, "DROP " + object.type + " main." + quote_identifier(object.name));
    dropped.push_back(object.type + " " + object.name);
  }
  return dropped;
}

}  // namespace whimbrel::sqlite
