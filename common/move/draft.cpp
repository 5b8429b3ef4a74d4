#include "common/move/draft.h"

#include <utility>

#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

using sqlite::lower_name;
using sqlite::same_name;

Draft::Draft(const SourceSchema& source_schema, const std::vector<std::size_t>& chosen,
             const std::vector<TableProfile>& table_profiles, const TranslationOptions& translation_options)
    : source(source_schema),
      profiles(table_profiles),
      options(translation_options),
      names(translation_options) {
  for (const std::size_t index : chosen) {
    TargetTable table;
    table.source = &source.tables[index];
    result.tables.push_back(std::move(table));
  }
}

const sqlite::TableColumn* Draft::declared(std::size_t table, const std::string& column) const {
  for (const sqlite::TableColumn& one : create_of(table).columns)
    if (same_name(one.name, column)) return &one;
  return nullptr;
}

std::size_t Draft::find_table(const std::string& name) const {
  for (std::size_t t = 0; t < result.tables.size(); ++t)
    if (same_name(source_of(t).table.name, name)) return t;
  return Table::npos;
}

std::string Draft::column_list(std::size_t t, const std::vector<std::size_t>& columns) const {
  std::string list;
  for (const std::size_t column : columns)
    list += (list.empty() ? "" : ", ") + quote_identifier(result.tables[t].columns[column].name);
  return list;
}

NameScope Draft::scope_of(std::size_t table) const {
  NameScope scope;
  const TargetTable& target = result.tables[table];
  for (std::size_t c = 0; c < target.columns.size(); ++c)
    scope.columns[lower_name(target.source->table.columns[c].name)] = {target.columns[c].name,
                                                                       target.columns[c].decision.type};
  scope.tables[lower_name(target.source->table.name)] = quote_identifier(target.name);
  return scope;
}

NameScope Draft::scope_of_stored(std::size_t table) const {
  NameScope scope = scope_of(table);
  for (const Column& column : source_of(table).table.columns)
    if (column.generated) scope.columns.erase(lower_name(column.name));
  return scope;
}

Finding Draft::finding_of(std::size_t t, std::string kind, std::string object,
                          std::string declared_text) const {
  Finding finding;
  finding.table = source_of(t).table.name;
  finding.kind = std::move(kind);
  finding.object = std::move(object);
  finding.declared = std::move(declared_text);
  return finding;
}

std::size_t Draft::report(Finding finding) {
  result.findings.push_back(std::move(finding));
  return result.findings.size() - 1;
}

std::string full_name(const TargetTable& table) { return quote_name(table.schema, table.name); }

}  // namespace whimbrel::move
