#include "pg_ext/assess_validate.h"

#include <charconv>
#include <vector>

#include "pg_ext/assess_violations.h"
#include "pg_ext/compat.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kUnproven = R"sql(
  SELECT k.contype::pg_catalog.text, pg_catalog.pg_get_expr(k.conbin, k.conrelid), k.connoinherit,
         pg_catalog.array_to_string(k.conkey, ' '), k.confrelid::pg_catalog.int8,
         pg_catalog.array_to_string(k.confkey, ' '), k.confmatchtype = 'f', k.oid::pg_catalog.int8
    FROM pg_catalog.pg_constraint k
   WHERE k.conrelid = $1::pg_catalog.oid AND k.conname = $2 AND NOT k.convalidated
     AND k.contype IN ('c', 'f', 'n'))sql";

std::vector<AttrNumber> numbers_in(std::string_view text) {
  std::vector<AttrNumber> numbers;
  for (const char *at = text.data(), *const end = at + text.size(); at < end;) {
    AttrNumber number = 0;
    at = std::from_chars(at, end, number).ptr + 1;
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

std::optional<UnprovenConstraint> find_unproven(Statements& statements, const RelationName& table,
                                                const char* name) {
  const Cell parameters[] = {Cell::integer_of(table.oid), Cell::text(name)};
  const auto reader = statements.query(kUnproven, parameters);
  RowBatch batch;
  if (!reader->next(batch) || batch.rows() == 0) return std::nullopt;
  const Cell* const row = batch.row(0);
  const std::string_view kind = row[0].view();
  const std::string rows = row[2].integer != 0 ? rows_of_table(table) : rows_with_heirs(table);
  UnprovenConstraint found;
  if (kind == "c") {
    found.violations = count_rows(rows, "NOT (" + std::string(row[1].view()) + ")");
  } else if (kind == "n") {
    found.violations = count_rows(rows, list_of(table, numbers_in(row[3].view())) + " IS NULL");
  } else {
    if (pg_call([oid = static_cast<Oid>(row[7].integer)] { return has_period(oid); })) return std::nullopt;
    const RelationName parent = name_of(static_cast<Oid>(row[4].integer));
    const Reference reference = {numbers_in(row[3].view()), numbers_in(row[5].view()), row[6].integer != 0};
    found.violations = count_orphans(table, parent, reference);
    found.parent = parent.identity;
  }
  return found;
}

}  // namespace whimbrel::pg
