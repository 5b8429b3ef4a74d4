#include "common/move/translate_references.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

using sqlite::Constraint;
using sqlite::ConstraintKind;
using sqlite::same_name;

std::string_view action_text(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::restrict:
      return "RESTRICT";
    case ForeignKeyAction::cascade:
      return "CASCADE";
    case ForeignKeyAction::set_null:
      return "SET NULL";
    case ForeignKeyAction::set_default:
      return "SET DEFAULT";
    case ForeignKeyAction::no_action:
      break;
  }
  return "NO ACTION";
}

// A table that the target has already, with the columns; empty where it has none.
std::string existing_parent(const Draft& draft, const Constraint& one) {
  if (draft.options.existing == nullptr) return {};
  for (const Table& table : draft.options.existing->tables) {
    if (!same_name(table.display_name(), one.parent)) continue;
    std::string list;
    const auto add = [&](const std::string& name) {
      list += (list.empty() ? "" : ", ") + quote_identifier(name);
    };
    for (const std::string& name : one.parent_columns) {
      for (const Column& column : table.columns)
        if (same_name(column.name, name)) add(column.name);
    }
    if (one.parent_columns.empty())
      for (const std::size_t column : table.primary_key) add(table.columns[column].name);
    return list.empty() ? std::string() : quote_name(table.schema, table.name) + " (" + list + ")";
  }
  return {};
}

// SQLite does not look for a key until rows come.
bool is_key(const Table& table, const std::vector<std::size_t>& columns) {
  return std::ranges::is_permutation(columns, table.primary_key) ||
         std::ranges::any_of(table.unique_keys, [&](const UniqueKey& key) {
           return std::ranges::is_permutation(columns, key.columns);
         });
}

void write_reference(Draft& draft, std::size_t t, TargetTable& target, const Constraint& one) {
  Finding finding = draft.finding_of(t, "foreign key", target.source->table.name,
                                     std::string(one.range.of(target.source->sql)));
  const std::size_t parent = draft.find_table(one.parent);
  std::vector<std::size_t> columns, parents;
  for (const std::string& name : one.columns)
    for (std::size_t c = 0; c < target.columns.size(); ++c)
      if (same_name(target.source->table.columns[c].name, name)) columns.push_back(c);
  if (parent != Table::npos) {
    const Table& table = draft.source_of(parent).table;
    if (one.parent_columns.empty()) parents = table.primary_key;
    for (const std::string& name : one.parent_columns)
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (same_name(table.columns[c].name, name)) parents.push_back(c);
  }
  std::string referenced = parent == Table::npos ? existing_parent(draft, one) : std::string();
  if (referenced.empty() && parents.size() == columns.size() && !parents.empty())
    referenced = full_name(draft.result.tables[parent]) + " (" + draft.column_list(parent, parents) + ")";
  if (referenced.empty()) {
    finding.loss = "the foreign key";
    finding.reason = parent == Table::npos ? "table " + one.parent + " is not there, or not moved"
                                           : "the columns do not fit those of " + one.parent;
    draft.report(std::move(finding));
    return;
  }
  std::string sql = "FOREIGN KEY (" + draft.column_list(t, columns) + ") REFERENCES " + referenced;
  if (one.on_update != ForeignKeyAction::no_action)
    sql += " ON UPDATE " + std::string(action_text(one.on_update));
  if (one.on_delete != ForeignKeyAction::no_action)
    sql += " ON DELETE " + std::string(action_text(one.on_delete));
  if (one.deferrable) sql += one.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
  finding.target = sql;
  const std::string name =
      one.name.empty() ? "" : "CONSTRAINT " + quote_identifier(draft.names.of_constraint(one.name)) + " ";
  const std::string add = "ALTER TABLE " + full_name(target) + " ADD " + name + sql;
  target.references.push_back({add, draft.report(finding), add + " NOT VALID",
                               "rows that are there have no parent", false,
                               parent == Table::npos || is_key(draft.source_of(parent).table, parents)});
}

}  // namespace

void write_references(Draft& draft, std::size_t t) {
  TargetTable& target = draft.result.tables[t];
  std::vector<const Constraint*> constraints;
  for (const sqlite::TableColumn& column : draft.create_of(t).columns)
    for (const Constraint& one : column.constraints)
      if (one.kind == ConstraintKind::foreign_key) constraints.push_back(&one);
  for (const Constraint& one : draft.create_of(t).constraints)
    if (one.kind == ConstraintKind::foreign_key) constraints.push_back(&one);
  for (const Constraint* one : constraints) write_reference(draft, t, target, *one);
}

}  // namespace whimbrel::move
