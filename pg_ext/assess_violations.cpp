#include "pg_ext/assess_violations.h"

#include "pg_ext/guard.h"

namespace whimbrel::pg {

bool has_column(const RelationName& table, const char* column) {
  return OidIsValid(table.oid) && pg_call([&] { return get_attnum(table.oid, column) != InvalidAttrNumber; });
}

std::vector<std::string> names_of(const RelationName& table, const List* columns) {
  std::vector<std::string> names;
  for (int i = 0; i < list_length(columns); ++i) {
    const char* column = strVal(list_nth(columns, i));
    if (!has_column(table, column)) return {};
    names.push_back(quote(column));
  }
  return names;
}

std::vector<std::string> primary_key_of(Statements& statements, const RelationName& table) {
  std::vector<std::string> keys;
  const Cell parameters[] = {Cell::integer_of(table.oid)};
  const auto reader = statements.query(
      "SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey)"
      " WITH ORDINALITY AS u (attnum, place), pg_catalog.pg_attribute a WHERE i.indrelid ="
      " $1::pg_catalog.oid AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = u.attnum"
      " ORDER BY u.place",
      parameters);
  RowBatch batch;
  while (reader->next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i) keys.emplace_back(batch.row(i)->view());
  return keys;
}

std::string count_rows(const RelationName& table, const std::string& condition) {
  return "SELECT pg_catalog.count(*) FROM " + table.identity + " WHERE " + condition;
}

std::string count_duplicates(const RelationName& table, const std::vector<std::string>& columns,
                             const std::string& condition, bool not_null) {
  std::string list, given = condition.empty() ? "true" : "(" + condition + ")", nulls;
  for (const std::string& column : columns) {
    list += (list.empty() ? "" : ", ") + column;
    given += " AND " + column + " IS NOT NULL";
    nulls += (nulls.empty() ? "" : " OR ") + column + " IS NULL";
  }
  std::string count =
      "(SELECT coalesce(pg_catalog.sum(n), 0)::pg_catalog.int8 FROM (SELECT pg_catalog.count(*) AS n FROM " +
      table.identity + " WHERE " + given + " GROUP BY " + list +
      " HAVING pg_catalog.count(*) > 1) AS duplicates)";
  if (not_null) count += " + (" + count_rows(table, nulls) + ")";
  return "SELECT " + count;
}

std::string count_orphans(const RelationName& table, const std::vector<std::string>& columns,
                          const RelationName& parent, const std::vector<std::string>& keys) {
  std::string given, match;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    given += (given.empty() ? "c." : " AND c.") + columns[i] + " IS NOT NULL";
    match += (match.empty() ? "p." : " AND p.") + keys[i] + " = c." + columns[i];
  }
  return "SELECT pg_catalog.count(*) FROM " + table.identity + " AS c WHERE " + given +
         " AND NOT EXISTS (SELECT FROM " + parent.identity + " AS p WHERE " + match + ")";
}

}  // namespace whimbrel::pg
