#include "common/move/sqlite_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/error.h"
#include "common/schema/sqlite/names.h"
#include "common/transfer/schema_of_call.h"

namespace whimbrel::move {

namespace {

using NameMap = std::map<std::pair<std::string, std::string>, std::string>;

NameMap names_of(const Schema& schema, const std::vector<std::size_t>& chosen) {
  NameMap names;
  std::map<std::string, std::string> taken;
  for (const std::size_t index : chosen) {
    const Table& table = schema.tables[index];
    const std::string name = sqlite_name(table);
    const auto [other, fresh] = taken.emplace(sqlite::lower_name(name), table.display_name());
    if (!fresh)
      throw Error(code::kUnsupported, "tables \"" + other->second + "\" and \"" + table.display_name() +
                                          "\" have one name in SQLite, which does not look at case");
    if (sqlite::lower_name(name).starts_with("sqlite_"))
      throw Error(code::kUnsupported, "table \"" + table.display_name() +
                                          "\": SQLite keeps names that begin with sqlite_ for itself");
    names.emplace(std::pair(table.schema, table.name), name);
  }
  return names;
}

// Whether a sequence goes on in a column that counts by itself.
bool counts(const SqlitePlan& plan, const CatalogObject& sequence) {
  return sequence.has("owned_by") || std::ranges::any_of(plan.tables, [&](const SqliteTable& table) {
           return table.sequence == sequence.identity;
         });
}

}  // namespace

SqlitePlan plan_sqlite(Host& host, const SelectionOptions& selection) {
  SqlitePlan plan;
  plan.schema = schema_of_call(host, selection);
  const std::vector<std::size_t> chosen = select_tables(plan.schema, selection).chosen;
  const NameMap names = names_of(plan.schema, chosen);
  const Catalog catalog = host.read_catalog({});
  const TableFacts facts(catalog);
  for (const std::size_t index : chosen) {
    const Table& table = plan.schema.tables[index];
    if (table.columns.empty())
      plan.left_out.push_back("table " + table.display_name() +
                              " is left out: SQLite has none without columns");
    else
      plan.tables.push_back(write_sqlite_table(table, facts, names, GeneratedValues::come));
  }
  for (const CatalogObject& object : catalog.objects)
    if (object.kind == "view" || object.kind == "materialized view" || object.kind == "function" ||
        object.kind == "procedure" || (object.kind == "sequence" && !counts(plan, object)))
      plan.left_out.push_back(object.kind + " " + object.identity + " is left out");
  return plan;
}

std::optional<std::int64_t> last_number(Host& host, const SqliteTable& table) {
  const std::string name = quote_name(table.source->schema, table.source->name);
  const Cell of[] = {Cell::text(name), Cell::text(table.identity), Cell::text(table.sequence)};
  std::string sequence;
  {
    const auto rows = host.query(
        "SELECT CASE WHEN $3 = '' THEN pg_catalog.pg_get_serial_sequence($1, $2)"
        " ELSE pg_catalog.to_regclass($3)::pg_catalog.text END",
        of);
    RowBatch batch;
    if (!rows->next(batch) || batch.row(0)[0].is_null()) return std::nullopt;
    sequence = batch.row(0)[0].view();
  }
  const auto rows = host.query("SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM " + sequence);
  RowBatch batch;
  if (!rows->next(batch) || batch.row(0)[0].tag != Tag::integer) return std::nullopt;
  return batch.row(0)[0].integer;
}

}  // namespace whimbrel::move
