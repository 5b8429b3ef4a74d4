#include "common/move/translate_keys.h"

#include <utility>

#include "common/move/type_proof.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

using sqlite::Constraint;
using sqlite::ConstraintKind;
using sqlite::lower_name;
using sqlite::same_name;

void write_unique(Draft& draft, std::size_t t, const Constraint& one, const std::string& column) {
  TargetTable& target = draft.result.tables[t];
  std::vector<std::size_t> columns;
  std::string label = target.name;
  std::string plain_other;
  for (const sqlite::KeyPart& part : one.key) {
    const std::string& name = part.column.empty() ? column : part.column;
    for (std::size_t c = 0; c < target.columns.size(); ++c)
      if (same_name(draft.source_of(t).table.columns[c].name, name)) {
        columns.push_back(c);
        label += "_" + target.columns[c].name;
      }
    if (!part.collation.empty() && lower_name(part.collation) != "binary") plain_other = part.collation;
  }
  Finding finding = draft.finding_of(t, "unique constraint", target.source->table.name,
                                     std::string(one.range.of(target.source->sql)));
  finding.target = "UNIQUE (" + draft.column_list(t, columns) + ")";
  if (!plain_other.empty()) finding.loss = "collation " + plain_other + " of the key";
  target.after_rows.push_back(
      {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " +
           quote_identifier(draft.names.free(one.name.empty() ? label + "_key" : one.name)) + " " +
           finding.target,
       draft.report(finding),
       {},
       {}});
}

void write_check(Draft& draft, std::size_t t, const Constraint& one, const NameScope& scope) {
  TargetTable& target = draft.result.tables[t];
  const std::string_view text = one.expression.of(target.source->sql);
  Finding finding = draft.finding_of(
      t, "check", target.source->table.name + (one.name.empty() ? "" : "." + one.name), std::string(text));
  const Translated expression = translate_expression(text, scope);
  if (!expression) {
    finding.loss = "the check";
    finding.reason = expression.problem;
    draft.report(std::move(finding));
    return;
  }
  finding.target = "CHECK (" + expression.sql + ")";
  const std::string name =
      one.name.empty() ? "" : "CONSTRAINT " + quote_identifier(draft.names.of_constraint(one.name)) + " ";
  const std::string sql = "ALTER TABLE " + full_name(target) + " ADD " + name + finding.target;
  target.after_rows.push_back({sql,
                               draft.report(finding),
                               sql + " NOT VALID",
                               "rows that are there break it",
                               true,
                               is_surely_condition(expression.sql, scope),
                               {}});
}

}  // namespace

void write_keys(Draft& draft, std::size_t t, const NameScope& scope) {
  TargetTable& target = draft.result.tables[t];
  const SourceTable& source = *target.source;
  const Table& table = source.table;
  if (!table.primary_key.empty()) {
    std::uint64_t nulls = 0;
    for (const std::size_t column : table.primary_key) nulls += draft.profiles[t].columns[column].nulls;
    Finding finding =
        draft.finding_of(t, "primary key", source.table.name, draft.column_list(t, table.primary_key));
    const std::string list = " (" + draft.column_list(t, table.primary_key) + ")";
    const std::string name = quote_identifier(draft.names.free(target.name + "_pkey"));
    if (nulls > 0) {
      finding.loss = "a UNIQUE constraint instead: " + std::to_string(nulls) + " rows have NULL in their key";
      finding.target = "UNIQUE" + list;
      target.after_rows.push_back(
          {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " + name + " UNIQUE" + list,
           draft.report(std::move(finding)),
           {},
           {}});
      target.loses_data = true;
    } else {
      finding.target = "PRIMARY KEY" + list;
      target.after_rows.push_back(
          {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " + name + " PRIMARY KEY" + list,
           draft.report(std::move(finding)),
           {},
           {}});
    }
  }
  const auto constraint = [&](const Constraint& one, const std::string& column) {
    if (one.kind == ConstraintKind::unique) write_unique(draft, t, one, column);
    if (one.kind == ConstraintKind::check) write_check(draft, t, one, scope);
    if (one.on_conflict != sqlite::OnConflict::none && one.on_conflict != sqlite::OnConflict::abort) {
      Finding finding =
          draft.finding_of(t, "conflict clause", source.table.name, std::string(one.range.of(source.sql)));
      finding.loss = "ON CONFLICT of a constraint";
      finding.reason = "PostgreSQL has it in INSERT only";
      draft.report(std::move(finding));
    }
  };
  for (const sqlite::TableColumn& column : draft.create_of(t).columns)
    for (const Constraint& one : column.constraints) constraint(one, column.name);
  for (const Constraint& one : draft.create_of(t).constraints) constraint(one, {});
}

}  // namespace whimbrel::move
