#include "sqlite_ext/table_function.h"

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/host.h"
#include "sqlite_ext/call.h"
#include "sqlite_ext/output.h"
#include "sqlite_ext/row_store.h"
#include "sqlite_ext/wall.h"

namespace whimbrel::sqlite {

namespace {

struct FunctionTable : sqlite3_vtab {
  explicit FunctionTable(const Registration& of) : sqlite3_vtab(), registration(of) {}
  Registration registration;
};

struct FreeValue {
  void operator()(sqlite3_value* value) const { sqlite3_value_free(value); }
};
using KeptValue = std::unique_ptr<sqlite3_value, FreeValue>;

struct FunctionCursor : sqlite3_vtab_cursor {
  FunctionCursor() : sqlite3_vtab_cursor() {}
  std::unique_ptr<RowStore> rows;
  std::vector<KeptValue> arguments;  // one per parameter; null: not given, or not kept
  bool at_row = false;
  sqlite3_int64 number = 0;
};

const FunctionTable& table_of(const sqlite3_vtab_cursor* cursor) {
  return *static_cast<const FunctionTable*>(cursor->pVtab);
}

char* copy_message(const std::string& message) {
  char* copy = static_cast<char*>(sqlite3_malloc64(message.size() + 1));
  if (copy != nullptr) std::memcpy(copy, message.c_str(), message.size() + 1);
  return copy;
}

int report(sqlite3_vtab* table, const Outcome& outcome) {
  if (outcome.result == SQLITE_OK || outcome.result == SQLITE_NOMEM) return outcome.result;
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = copy_message(outcome.message);
  return outcome.result;
}

const char* type_name(SqlType type) {
  switch (type) {
    case SqlType::bigint:
      return "INTEGER";
    case SqlType::real:
      return "REAL";
    case SqlType::boolean:
      return "BOOLEAN";
    case SqlType::timestamptz:
    case SqlType::json:
    case SqlType::text:
      return "TEXT";
  }
  return "TEXT";
}

std::string declaration(const Function& function) {
  std::string sql = "CREATE TABLE f(";
  for (const ResultColumn& column : function.columns)
    sql += quote_identifier(column.name) + " " + type_name(column.type) + ", ";
  for (const Parameter& parameter : function.parameters) {
    // A parameter may be named as a result column is.
    std::string name(parameter.name);
    for (const ResultColumn& column : function.columns)
      if (column.name == name) name += "_";
    sql += quote_identifier(name) + " HIDDEN, ";
  }
  sql.resize(sql.size() - 2);
  return sql + ")";
}

[[noreturn]] void refuse_from(const Function& function) {
  const std::string name(function.name);
  throw Error(
      code::kInvalidCall, name + "() writes and cannot stand in a FROM clause", "",
      "Call it by SELECT " + name + "(...), its rows by SELECT value FROM json_each(" + name + "(...)).");
}

int connect(sqlite3* db, void* data, int, const char* const*, sqlite3_vtab** table, char** message) {
  const auto& registration = *static_cast<const Registration*>(data);
  const Outcome outcome = guarded([&] {
    const Function& function = *registration.function;
    if (function.effect == Effect::writes || function.effect == Effect::commits) refuse_from(function);
    check(db, sqlite3_declare_vtab(db, declaration(function).c_str()));
    check(db, sqlite3_vtab_config(db, SQLITE_VTAB_DIRECTONLY));
    *table = std::make_unique<FunctionTable>(registration).release();
  });
  if (outcome.result != SQLITE_OK && outcome.result != SQLITE_NOMEM) *message = copy_message(outcome.message);
  return outcome.result;
}

int disconnect(sqlite3_vtab* table) {
  std::unique_ptr<FunctionTable>(static_cast<FunctionTable*>(table));
  return SQLITE_OK;
}

// Parameters that are given become the arguments of filter(), in order; idxNum has a bit for each.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  const Function& function = *static_cast<FunctionTable*>(table)->registration.function;
  const int first = static_cast<int>(function.columns.size());
  std::vector<int> constraint_of;
  const Outcome outcome = guarded([&] { constraint_of.assign(function.parameters.size(), -1); });
  if (outcome.result != SQLITE_OK) return report(table, outcome);
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn < first || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    // A parameter that this plan cannot give: another order of the tables can.
    if (constraint.usable == 0) return SQLITE_CONSTRAINT;
    int& chosen = constraint_of[static_cast<std::size_t>(constraint.iColumn - first)];
    if (chosen < 0) chosen = i;  // SQLite compares the others with what the first one gave
  }
  int argument = 0;
  for (std::size_t i = 0; i < constraint_of.size(); ++i) {
    if (constraint_of[i] < 0) continue;
    info->aConstraintUsage[constraint_of[i]].argvIndex = ++argument;
    info->aConstraintUsage[constraint_of[i]].omit = 1;
    info->idxNum |= 1 << i;
  }
  info->estimatedCost = 1e6;
  info->estimatedRows = 1000;
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  return report(table, guarded([&] { *cursor = std::make_unique<FunctionCursor>().release(); }));
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  std::unique_ptr<FunctionCursor>(static_cast<FunctionCursor*>(cursor));
  return SQLITE_OK;
}

// For conditions that are not the argument itself. Documents may be too long to have them twice.
KeptValue keep(sqlite3_value* value) {
  constexpr int kLongest = 1 << 20;
  const int type = sqlite3_value_type(value);
  if ((type == SQLITE_TEXT || type == SQLITE_BLOB) && sqlite3_value_bytes(value) > kLongest) return nullptr;
  KeptValue kept(sqlite3_value_dup(value));
  if (kept == nullptr) throw std::bad_alloc();
  return kept;
}

int filter(sqlite3_vtab_cursor* base, int given, const char*, int count, sqlite3_value** values) {
  auto* cursor = static_cast<FunctionCursor*>(base);
  const Registration& registration = table_of(base).registration;
  return report(base->pVtab, guarded([&] {
                  const Function& function = *registration.function;
                  std::vector<sqlite3_value*> arguments(function.parameters.size(), nullptr);
                  int next = 0;
                  for (std::size_t i = 0; i < arguments.size() && next < count; ++i)
                    if ((given & (1 << i)) != 0) arguments[i] = values[next++];
                  cursor->at_row = false;
                  cursor->arguments.clear();
                  for (sqlite3_value* const value : arguments)
                    cursor->arguments.push_back(value == nullptr ? nullptr : keep(value));
                  cursor->rows = std::make_unique<RowStore>(function.columns);
                  run_function(registration, nullptr, arguments, *cursor->rows);
                  cursor->number = 1;
                  cursor->at_row = cursor->rows->next();
                }));
}

int next_row(sqlite3_vtab_cursor* base) {
  auto* cursor = static_cast<FunctionCursor*>(base);
  return report(base->pVtab, guarded([&] {
                  ++cursor->number;
                  cursor->at_row = cursor->rows->next();
                }));
}

int at_end(sqlite3_vtab_cursor* base) { return static_cast<FunctionCursor*>(base)->at_row ? 0 : 1; }

// A hidden column, which is asked for by its name only. NULL for one that is not there would make a condition
// false where the caller meant to give the argument.
void give_argument(sqlite3_context* context, const FunctionCursor& cursor, const Function& function,
                   std::size_t parameter) {
  if (const KeptValue& kept = cursor.arguments[parameter]; kept != nullptr) {
    sqlite3_result_value(context, kept.get());
    return;
  }
  const std::string name(function.name);
  throw Error(code::kInvalidCall,
              "the parameter \"" + std::string(function.parameters[parameter].name) + "\" of " + name +
                  "() is not given, or too long, where its value is asked for",
              "", "Give it as " + name + "(...) or by =, joined to other conditions by AND.");
}

int column_value(sqlite3_vtab_cursor* base, sqlite3_context* context, int column) {
  const auto* cursor = static_cast<FunctionCursor*>(base);
  const Function& function = *table_of(base).registration.function;
  const auto place = static_cast<std::size_t>(column);
  if (place < function.columns.size())
    set_result(context, cursor->rows->cell(place), function.columns[place].type);
  else
    report(context,
           guarded([&] { give_argument(context, *cursor, function, place - function.columns.size()); }));
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* id) {
  *id = static_cast<FunctionCursor*>(base)->number;
  return SQLITE_OK;
}

// No xCreate: the table exists under the module's name only.
constexpr sqlite3_module make_module() {
  sqlite3_module module{};
  module.xConnect = connect;
  module.xDisconnect = disconnect;
  module.xBestIndex = best_index;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter;
  module.xNext = next_row;
  module.xEof = at_end;
  module.xColumn = column_value;
  module.xRowid = row_id;
  return module;
}
constexpr sqlite3_module kModule = make_module();

}  // namespace

int register_table_function(const std::shared_ptr<Connection>& connection, const Function& function) {
  auto registration = std::make_unique<Registration>(Registration{connection, &function});
  return sqlite3_create_module_v2(connection->db, std::string(function.name).c_str(), &kModule,
                                  release_registration(std::move(registration)), destroy_registration);
}

}  // namespace whimbrel::sqlite
