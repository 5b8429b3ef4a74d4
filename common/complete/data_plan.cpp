#include "common/complete/data_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/complete/literal_writer.h"
#include "common/transfer/order.h"

namespace whimbrel {

namespace {

bool in_schemas(const SelectionOptions& selection, std::string_view schema) {
  return std::ranges::any_of(selection.schemas,
                             [&](const std::string& pattern) { return matches_pattern(pattern, schema); });
}

// A table of an extension that is none of its configuration is only taken by its own name.
bool named_exactly(const SelectionOptions& selection, const Table& table) {
  return std::ranges::any_of(selection.tables, [&](const std::string& name) {
    return name == table.display_name() || name == table.schema + "." + table.name;
  });
}

// What stores the rows of a virtual table goes by its name.
const std::string& called(const Table& table) { return table.behind.empty() ? table.name : table.behind; }

// That each name means something.
void check_names(const Schema& schema, const SelectionOptions& selection) {
  std::vector<TableName> known = table_names(schema);
  for (std::size_t i = 0; i < known.size(); ++i) known[i].name = called(schema.tables[i]);
  select_tables(known, {selection.tables, {}, selection.exclude});
  select_tables(known, {{}, selection.schemas, {}});
}

}  // namespace

bool takes_name(const SelectionOptions& selection, const Dialect& dialect, std::string_view schema,
                std::string_view name) {
  const TableName table{std::string(schema), std::string(name), schema == dialect.default_schema, false};
  const auto matches = [&](const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns,
                               [&](const std::string& pattern) { return matches_table(pattern, table); });
  };
  if (matches(selection.exclude)) return false;
  if (selection.schemas.empty() && selection.tables.empty()) return true;
  return in_schemas(selection, schema) || matches(selection.tables);
}

std::string sql_name(const Dialect& dialect, const Table& table) {
  return sql_engine_of(dialect.engine) == SqlEngine::sqlite ? quote_identifier(table.name)
                                                            : quote_name(table.schema, table.name);
}

DataPlan plan_data(Host& host, const DataOptions& options) {
  const Dialect& dialect = host.dialect();
  const SelectionOptions& selection = options.selection;
  DataPlan plan;
  plan.schema = host.read_stored_schema();
  if (!selection.tables.empty()) host.add_named(plan.schema, selection.tables);

  if (options.further == nullptr) check_names(plan.schema, selection);
  const auto takes = [&](std::string_view schema, std::string_view name) {
    return takes_name(selection, dialect, schema, name) ||
           (options.further != nullptr &&
            options.further->contains({std::string(schema), std::string(name)}));
  };

  std::map<std::pair<std::string, std::string>, std::string> conditions;
  for (ConfigurationRows& rows : host.configuration_rows())
    conditions[{rows.schema, rows.table}] = std::move(rows.condition);

  std::vector<const Table*> chosen;
  for (const Table& table : plan.schema.tables) {
    if (table.view || !takes(table.schema, called(table))) continue;
    const bool configuration = conditions.contains({table.schema, table.name});
    if (table.own && !configuration && !named_exactly(selection, table)) continue;
    chosen.push_back(&table);
  }
  const TableOrder order = order_tables(chosen);
  for (const Table* table : order.tables) {
    DataTable data{table, {}, {}};
    for (std::size_t i = 0; i < table->columns.size(); ++i)
      if (!table->columns[i].generated) data.columns.push_back(i);
    if (const auto found = conditions.find({table->schema, table->name}); found != conditions.end())
      data.condition = found->second;
    plan.tables.push_back(std::move(data));
  }
  LoadRequest request;
  request.tables = order.tables;
  request.cyclic = order.cyclic;
  request.takes = takes;
  request.clean = options.clean && !options.fresh;
  request.fresh = options.fresh;
  plan.frame = host.load_frame(request);
  return plan;
}

}  // namespace whimbrel
