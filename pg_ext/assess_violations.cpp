#include "pg_ext/assess_violations.h"

#include "common/each_row.h"
#include "pg_ext/equality.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

std::string name_of_column(const RelationName& table, AttrNumber column) {
  return quote(pg_call([&] { return static_cast<const char*>(get_attname(table.oid, column, false)); }));
}

}  // namespace

bool has_column(const RelationName& table, const char* column) {
  return OidIsValid(table.oid) && pg_call([&] { return get_attnum(table.oid, column) != InvalidAttrNumber; });
}

std::vector<AttrNumber> columns_of(const RelationName& table, const List* columns) {
  std::vector<AttrNumber> found;
  for (int i = 0; i < list_length(columns); ++i) {
    const char* column = strVal(list_nth(columns, i));
    if (!has_column(table, column)) return {};
    found.push_back(pg_call([&] { return get_attnum(table.oid, column); }));
  }
  return found;
}

std::vector<AttrNumber> primary_key_of(Statements& statements, const RelationName& table) {
  std::vector<AttrNumber> keys;
  const Cell parameters[] = {Cell::integer_of(table.oid)};
  for_each_row(
      statements,
      "SELECT u.attnum::pg_catalog.int8 FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey)"
      " WITH ORDINALITY AS u (attnum, place) WHERE i.indrelid = $1::pg_catalog.oid AND i.indisprimary"
      " ORDER BY u.place",
      parameters, [&](const Cell* row) { keys.push_back(static_cast<AttrNumber>(row->integer)); });
  return keys;
}

std::string list_of(const RelationName& table, const std::vector<AttrNumber>& columns) {
  std::string list;
  for (const AttrNumber column : columns) list += (list.empty() ? "" : ", ") + name_of_column(table, column);
  return list;
}

std::string rows_with_heirs(const RelationName& table) {
  return (table.only ? "ONLY " : "") + table.identity;
}

std::string rows_of_table(const RelationName& table) {
  const bool partitioned = pg_call([&] { return get_rel_relkind(table.oid) == RELKIND_PARTITIONED_TABLE; });
  return partitioned ? rows_with_heirs(table) : "ONLY " + table.identity;
}

std::string count_rows(const std::string& rows, const std::string& condition) {
  return "SELECT pg_catalog.count(*) FROM " + rows + " WHERE " + condition;
}

std::string count_duplicates(const RelationName& table, const Uniqueness& unique) {
  const std::string rows = rows_of_table(table);
  std::string given = unique.condition.empty() ? "true" : "(" + unique.condition + ")", nulls;
  for (const AttrNumber column : unique.columns) {
    const std::string name = name_of_column(table, column);
    if (!unique.nulls_equal) given += " AND " + name + " IS NOT NULL";
    nulls += (nulls.empty() ? "" : " OR ") + name + " IS NULL";
  }
  std::string count =
      "(SELECT coalesce(pg_catalog.sum(n), 0)::pg_catalog.int8 FROM (SELECT pg_catalog.count(*) AS n FROM " +
      rows + " WHERE " + given + " GROUP BY " + list_of(table, unique.columns) +
      " HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1) AS duplicates)";
  if (unique.not_null) count += " OPERATOR(pg_catalog.+) (" + count_rows(rows, nulls) + ")";
  return "SELECT " + count;
}

std::string count_orphans(const RelationName& table, const RelationName& parent, const Reference& reference) {
  std::string given, none, match;
  for (std::size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string column = "c." + name_of_column(table, reference.columns[i]);
    const AttrNumber number = reference.keys[i];
    const ValueType type = pg_call([&] { return describe_type(get_atttype(parent.oid, number), -1); });
    given += (i == 0 ? "" : " AND ") + column + " IS NOT NULL";
    none += (i == 0 ? "" : " AND ") + column + " IS NULL";
    match += (i == 0 ? "" : " AND ") + equality(type, "p." + name_of_column(parent, number), column);
  }
  std::string orphan =
      given + " AND NOT EXISTS (SELECT FROM " + rows_of_table(parent) + " AS p WHERE " + match + ")";
  if (reference.full) orphan += " OR NOT (" + given + ") AND NOT (" + none + ")";
  return count_rows(rows_of_table(table) + " AS c", orphan);
}

}  // namespace whimbrel::pg
