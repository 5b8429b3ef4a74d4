#include "sqlite_ext/table_facts.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "common/error.h"
#include "common/schema/sqlite/normal_text.h"

namespace whimbrel::sqlite {

namespace {

std::optional<std::int64_t> highest_in_column(StatementCache& statements, const Table& table,
                                              const Column& column) {
  const std::string name = quote_identifier(column.name);
  Cached query(statements, "SELECT max(" + name + ") FROM " + quote_name(table.schema, table.name) +
                               " WHERE typeof(" + name + ") = 'integer'");
  if (!query->step() || query->is_null(0)) return std::nullopt;
  return query->integer(0);
}

std::optional<std::int64_t> highest_remembered(StatementCache& statements, const Table& table) {
  {
    Cached exists(statements, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'");
    if (!exists->step()) return std::nullopt;
  }
  Cached query(statements, "SELECT max(seq) FROM main.sqlite_sequence WHERE name = $1");
  sqlite3_bind_text(query->handle(), query->parameter(1), table.name.data(),
                    static_cast<int>(table.name.size()), SQLITE_STATIC);
  if (!query->step() || sqlite3_column_type(query->handle(), 0) != SQLITE_INTEGER) return std::nullopt;
  return query->integer(0);
}

}  // namespace

TableSize table_size(sqlite3* db, const std::string& identity) {
  TableSize size;
  Prepared exists(
      db, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name = ?1 COLLATE NOCASE");
  const std::string name = bare_identity(identity);
  sqlite3_bind_text(exists.handle(), 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
  if (!exists.step() || exists.integer(0) == 0) return size;
  Prepared count(db, "SELECT count(*) FROM main." + quote_identifier(name));
  count.step();
  size.known = size.exact = true;
  size.rows = count.integer(0);
  return size;
}

std::int64_t first_free_number(StatementCache& statements, const Table& table, const Column& column) {
  std::int64_t first = IdBlock().first;
  for (const std::optional<std::int64_t> highest :
       {highest_in_column(statements, table, column), highest_remembered(statements, table)}) {
    if (!highest) continue;
    if (*highest == std::numeric_limits<std::int64_t>::max())
      throw Error(code::kUnsupported, "table \"" + table.name + "\" has no numbers left for new rows");
    first = std::max(first, *highest + 1);
  }
  return first;
}

}  // namespace whimbrel::sqlite
