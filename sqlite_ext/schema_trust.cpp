#include "sqlite_ext/schema_trust.h"

#include <string>
#include <vector>

#include "sqlite_ext/fault.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

struct UnsafeFunction {
  std::string name;
  int arguments = 0;
};

struct SchemaFunctions {
  bool mislabelled = false;            // there are pure ones that do not count as innocuous
  std::vector<UnsafeFunction> unsafe;  // the others that do not, and that a trusted schema could call
};

// The PRAGMA itself needs no schema; a SELECT from its table would read it.
SchemaFunctions functions_of(sqlite3* db) {
  enum Column { name, builtin, type, encoding, arguments, flags };
  SchemaFunctions functions;
  Prepared query(db, "PRAGMA function_list");
  while (query.step()) {
    const std::int64_t has = query.integer(flags);
    if ((has & (SQLITE_INNOCUOUS | SQLITE_DIRECTONLY)) != 0) continue;
    if (query.integer(builtin) != 0 && (has & SQLITE_DETERMINISTIC) != 0)
      functions.mislabelled = true;
    else
      functions.unsafe.push_back({std::string(query.text(name)), static_cast<int>(query.integer(arguments))});
  }
  return functions;
}

void refuse_call(sqlite3_context* context, int, sqlite3_value**) {
  sqlite3_result_error(context, "this function cannot be called here", -1);
}

}  // namespace

// SQLite 3.38 to 3.40 count their own functions for JSON among those with side effects. There the schema is
// trusted, and in its place every function is marked that an untrusted one cannot call.
void limit_schema_trust(sqlite3* db) {
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  const SchemaFunctions functions = functions_of(db);
  if (!functions.mislabelled) return;
  for (const UnsafeFunction& one : functions.unsafe)
    check(db, sqlite3_create_function_v2(db, one.name.c_str(), one.arguments, SQLITE_ANY | SQLITE_DIRECTONLY,
                                         nullptr, &refuse_call, nullptr, nullptr, nullptr));
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, nullptr);
}

}  // namespace whimbrel::sqlite
