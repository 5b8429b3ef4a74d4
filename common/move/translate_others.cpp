#include "common/move/translate_others.h"

#include <utility>

#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

using sqlite::lower_name;

void write_view(Draft& draft, const SourceObject& object, NameScope& scope, Finding finding) {
  const sqlite::CreateStatement statement = sqlite::parse_create(object.sql);
  const Translated select = translate_expression(statement.view()->select.of(object.sql), scope);
  if (!select) {
    finding.loss = "the view";
    finding.reason = select.problem;
    draft.report(std::move(finding));
    return;
  }
  const std::string name = draft.names.free(object.name);
  std::string columns;
  for (const std::string& column : statement.view()->columns)
    columns += (columns.empty() ? " (" : ", ") + quote_identifier(draft.names.of_column(column));
  if (!columns.empty()) columns += ")";
  finding.target = select.sql;
  draft.result.views.push_back(
      {"CREATE VIEW " + quote_name(draft.options.schema, name) + columns + " AS " + select.sql,
       draft.report(std::move(finding)),
       {},
       {},
       false,
       false});
  scope.tables[lower_name(object.name)] = quote_name(draft.options.schema, name);
}

}  // namespace

void write_others(Draft& draft) {
  NameScope scope;
  scope.aliases = true;
  for (const TargetTable& table : draft.result.tables) {
    scope.tables[lower_name(table.source->table.name)] = full_name(table);
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const auto placed =
          scope.columns.emplace(lower_name(table.source->table.columns[c].name),
                                KnownColumn{table.columns[c].name, table.columns[c].decision.type});
      // One name with several types: none is known.
      if (!placed.second && placed.first->second.type != table.columns[c].decision.type)
        placed.first->second.type.clear();
    }
  }
  for (const SourceObject& object : draft.source.others) {
    Finding finding;
    finding.object = object.name;
    finding.kind = object.kind;
    finding.declared = object.sql;
    if (object.kind == "view") {
      write_view(draft, object, scope, std::move(finding));
      continue;
    }
    finding.loss = "the " + object.kind;
    finding.reason = object.kind == "trigger" ? "a trigger of SQLite is written in its own language"
                                              : "the module of a virtual table exists in SQLite only";
    draft.report(std::move(finding));
  }
  for (const std::string& name : draft.source.left_out) {
    Finding finding;
    finding.object = name;
    finding.kind = "table";
    finding.reason = "Whimbrel's own: the history of another database is not this one's";
    draft.report(std::move(finding));
  }
}

}  // namespace whimbrel::move
