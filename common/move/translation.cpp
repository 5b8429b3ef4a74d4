#include "common/move/translation.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/host.h"
#include "common/move/default_value.h"
#include "common/move/nocase.h"
#include "common/move/system_column.h"
#include "common/move/target_names.h"
#include "common/move/type_proof.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

using sqlite::Constraint;
using sqlite::ConstraintKind;
using sqlite::lower_name;
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

class Translate {
 public:
  Translate(const SourceSchema& source, const std::vector<std::size_t>& chosen,
            const std::vector<TableProfile>& profiles, const TranslationOptions& options)
      : source_(source), profiles_(profiles), options_(options), names_(options) {
    for (const std::size_t index : chosen) {
      TargetTable table;
      table.source = &source.tables[index];
      result_.tables.push_back(std::move(table));
    }
  }

  Translation run() {
    names_.name(result_.tables);
    decide_columns();
    equalise_references();
    result_.before.push_back("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(options_.schema));
    for (std::size_t i = 0; i < result_.tables.size(); ++i) write_table(i);
    for (std::size_t i = 0; i < result_.tables.size(); ++i) write_references(i);
    write_others();
    if (needs_nocase_)
      result_.before.push_back("CREATE COLLATION IF NOT EXISTS " + quote_name(options_.schema, kNocase) +
                               " (provider = icu, locale = '" + std::string(kNocaseLocale) +
                               "', deterministic = false)");
    return std::move(result_);
  }

 private:
  const SourceTable& source_of(std::size_t table) const { return *result_.tables[table].source; }
  const sqlite::CreateTable& create_of(std::size_t table) const {
    return *source_of(table).statement.table();
  }

  const sqlite::TableColumn* declared(std::size_t table, const std::string& column) const {
    for (const sqlite::TableColumn& one : create_of(table).columns)
      if (same_name(one.name, column)) return &one;
    return nullptr;
  }

  void decide_columns() {
    for (std::size_t t = 0; t < result_.tables.size(); ++t) {
      TargetTable& target = result_.tables[t];
      const SourceTable& source = *target.source;
      for (std::size_t c = 0; c < target.columns.size(); ++c) {
        const Column& column = source.table.columns[c];
        ColumnContext context;
        context.rowid_alias = column.identity;
        const sqlite::TableColumn* const text = declared(t, column.name);
        const Constraint* const by_default =
            text == nullptr ? nullptr : text->find(ConstraintKind::default_value);
        if (by_default != nullptr) context.default_is_now = is_now(by_default->expression.of(source.sql));
        ColumnDecision& decision = target.columns[c].decision;
        decision = decide_column(column, profiles_[t].columns[c], context);
        if (const auto given = options_.types.find(source.table.name + "." + column.name);
            given != options_.types.end()) {
          decision.type = given->second;
          decision.conversion = conversion_to(given->second);
          decision.reason = "by the option map";
          if (!decision.bad_text) decision.loss.clear();
        }
        if (column.identity) target.identity = target.columns[c].name;
      }
    }
  }

  std::size_t find_table(const std::string& name) const {
    for (std::size_t t = 0; t < result_.tables.size(); ++t)
      if (same_name(source_of(t).table.name, name)) return t;
    return Table::npos;
  }

  // A child has the type of its parent's key.
  void equalise_references() {
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t t = 0; t < result_.tables.size(); ++t) {
        for (const ForeignKey& key : source_of(t).table.foreign_keys) {
          const std::size_t parent = find_table(key.parent_table);
          if (parent == Table::npos || key.columns.size() != key.parent_columns.size()) continue;
          for (std::size_t i = 0; i < key.columns.size(); ++i) {
            const std::size_t column = source_of(parent).table.find_column(key.parent_columns[i]);
            if (column == Table::npos) continue;
            changed |= equalise(result_.tables[t].columns[key.columns[i]].decision,
                                result_.tables[parent].columns[column].decision);
          }
        }
      }
    }
  }

  NameScope scope_of(std::size_t table) const {
    NameScope scope;
    const TargetTable& target = result_.tables[table];
    for (std::size_t c = 0; c < target.columns.size(); ++c)
      scope.columns[lower_name(target.source->table.columns[c].name)] = {target.columns[c].name,
                                                                         target.columns[c].decision.type};
    scope.tables[lower_name(target.source->table.name)] = quote_identifier(target.name);
    return scope;
  }

  // What the expression of a generated column may name.
  NameScope scope_of_stored(std::size_t table) const {
    NameScope scope = scope_of(table);
    for (const Column& column : source_of(table).table.columns)
      if (column.generated) scope.columns.erase(lower_name(column.name));
    return scope;
  }

  static std::string full_name(const TargetTable& table) { return quote_name(table.schema, table.name); }

  std::size_t report(Finding finding) {
    result_.findings.push_back(std::move(finding));
    return result_.findings.size() - 1;
  }

  static std::string last_collation(const sqlite::TableColumn* column) {
    const Constraint* const found = column == nullptr ? nullptr : column->find(ConstraintKind::collation);
    return found == nullptr ? std::string() : lower_name(found->collation);
  }

  void write_table(std::size_t t) {
    TargetTable& target = result_.tables[t];
    const SourceTable& source = *target.source;
    const NameScope scope = scope_of(t);
    Finding table;
    table.object = table.table = source.table.name;
    table.kind = "table";
    table.declared = create_of(t).strict ? "STRICT" : "";
    if (create_of(t).without_rowid)
      table.declared += table.declared.empty() ? "WITHOUT ROWID" : ", WITHOUT ROWID";
    table.found = std::to_string(profiles_[t].rows) + " rows";
    table.target = full_name(target);
    if (!table.declared.empty())
      table.reason = "every table of PostgreSQL has strict types, and a storage of its own";
    report(std::move(table));
    for (std::size_t c = 0; c < target.columns.size(); ++c)
      target.columns[c].definition = write_column(t, c, scope);
    write_keys(t, scope);
    write_indexes(t, scope);
  }

  std::string write_column(std::size_t t, std::size_t c, const NameScope& scope) {
    TargetTable& target = result_.tables[t];
    const SourceTable& source = *target.source;
    const Column& column = source.table.columns[c];
    const ColumnDecision& decision = target.columns[c].decision;
    const sqlite::TableColumn* const text = declared(t, column.name);
    Finding finding;
    finding.table = source.table.name;
    finding.object = source.table.name + "." + column.name;
    finding.kind = column.generated ? "generated column" : "column";
    finding.declared = column.type;
    finding.found = column.generated ? "" : profiles_[t].columns[c].summary();
    finding.target = decision.type;
    finding.loss = decision.loss;
    finding.reason = decision.reason;
    if (is_system_column(names_.of(column.name))) {
      finding.target = quote_identifier(target.columns[c].name) + " " + decision.type;
      finding.loss +=
          (finding.loss.empty() ? "" : "; ") + std::string("the name, which PostgreSQL keeps for itself");
    }
    target.loses_data = target.loses_data || decision.bad_text;
    std::string sql = quote_identifier(target.columns[c].name) + " " + decision.type;
    const std::string collation = last_collation(text);
    if (collation == kNocase && is_citext(decision.type)) {
      // Looks at no case by itself.
    } else if (collation == kNocase && kind_of_type(decision.type) == Kind::text) {
      needs_nocase_ = true;
      sql += " COLLATE " + quote_name(options_.schema, kNocase);
      finding.reason += "; NOCASE is a collation of ICU that folds more than ASCII";
    } else if (!collation.empty() && collation != "binary") {
      finding.loss += (finding.loss.empty() ? "" : "; ") + std::string("collation ") + collation;
    }
    if (column.not_null && !column.generated) {
      sql += " NOT NULL";
      finding.target += " NOT NULL";
    }
    if (column.identity) {
      sql += " GENERATED BY DEFAULT AS IDENTITY";
      finding.target += " GENERATED BY DEFAULT AS IDENTITY";
    }
    const Constraint* const generated = text == nullptr ? nullptr : text->find(ConstraintKind::generated);
    const Constraint* const by_default =
        text == nullptr ? nullptr : text->find(ConstraintKind::default_value);
    if (column.generated && generated != nullptr) {
      const Translated expression = translate_expression(generated->expression.of(source.sql), scope);
      if (expression) {
        target.columns[c].expression = " GENERATED ALWAYS AS (" + expression.sql + ") STORED";
        finding.target += target.columns[c].expression;
        target.columns[c].finding = report(std::move(finding));
        target.generated_proven =
            target.generated_proven && surely_fits(expression.sql, scope_of_stored(t), decision.type);
        return sql;
      }
      finding.loss =
          "the expression: " + expression.problem + "; the column " +
          (options_.generated == GeneratedColumns::have_values ? "keeps its values" : "stays without values");
    } else if (by_default != nullptr && !column.identity) {  // SQLite never uses that of one that counts
      const TranslatedDefault value =
          translate_default(by_default->expression.of(source.sql), decision.type, scope);
      if (!value) {
        finding.loss += (finding.loss.empty() ? "" : "; ") + std::string("the default: ") + value.problem;
      } else if (!value.sql.empty()) {
        const std::size_t line = report(finding);
        result_.findings[line].target += " DEFAULT " + value.sql;
        OptionalStatement& one = target.before_rows.emplace_back();
        one.sql = "ALTER TABLE " + full_name(target) + " ALTER COLUMN " +
                  quote_identifier(target.columns[c].name) + " SET DEFAULT " + value.sql;
        one.finding = line;
        one.proven = value.certain || surely_fits(value.sql, {}, decision.type);
        one.doubt = value.doubt;
        return sql;
      }
    }
    report(std::move(finding));
    return sql;
  }

  std::string column_list(std::size_t t, const std::vector<std::size_t>& columns) const {
    std::string list;
    for (const std::size_t column : columns)
      list += (list.empty() ? "" : ", ") + quote_identifier(result_.tables[t].columns[column].name);
    return list;
  }

  void write_keys(std::size_t t, const NameScope& scope) {
    TargetTable& target = result_.tables[t];
    const SourceTable& source = *target.source;
    const Table& table = source.table;
    if (!table.primary_key.empty()) {
      std::uint64_t nulls = 0;
      for (const std::size_t column : table.primary_key) nulls += profiles_[t].columns[column].nulls;
      Finding finding = finding_of(t, "primary key", source.table.name, column_list(t, table.primary_key));
      const std::string list = " (" + column_list(t, table.primary_key) + ")";
      const std::string name = quote_identifier(names_.free(target.name + "_pkey"));
      if (nulls > 0) {
        finding.loss =
            "a UNIQUE constraint instead: " + std::to_string(nulls) + " rows have NULL in their key";
        finding.target = "UNIQUE" + list;
        target.after_rows.push_back(
            {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " + name + " UNIQUE" + list,
             report(std::move(finding)),
             {},
             {}});
        target.loses_data = true;
      } else {
        finding.target = "PRIMARY KEY" + list;
        target.after_rows.push_back(
            {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " + name + " PRIMARY KEY" + list,
             report(std::move(finding)),
             {},
             {}});
      }
    }
    const auto constraint = [&](const Constraint& one, const std::string& column) {
      if (one.kind == ConstraintKind::unique) write_unique(t, one, column);
      if (one.kind == ConstraintKind::check) write_check(t, one, scope);
      if (one.on_conflict != sqlite::OnConflict::none && one.on_conflict != sqlite::OnConflict::abort) {
        Finding finding =
            finding_of(t, "conflict clause", source.table.name, std::string(one.range.of(source.sql)));
        finding.loss = "ON CONFLICT of a constraint";
        finding.reason = "PostgreSQL has it in INSERT only";
        report(std::move(finding));
      }
    };
    for (const sqlite::TableColumn& column : create_of(t).columns)
      for (const Constraint& one : column.constraints) constraint(one, column.name);
    for (const Constraint& one : create_of(t).constraints) constraint(one, {});
  }

  Finding finding_of(std::size_t t, std::string kind, std::string object, std::string declared_text) const {
    Finding finding;
    finding.table = source_of(t).table.name;
    finding.kind = std::move(kind);
    finding.object = std::move(object);
    finding.declared = std::move(declared_text);
    return finding;
  }

  void write_unique(std::size_t t, const Constraint& one, const std::string& column) {
    TargetTable& target = result_.tables[t];
    std::vector<std::size_t> columns;
    std::string label = target.name;
    std::string plain_other;
    for (const sqlite::KeyPart& part : one.key) {
      const std::string& name = part.column.empty() ? column : part.column;
      for (std::size_t c = 0; c < target.columns.size(); ++c)
        if (same_name(source_of(t).table.columns[c].name, name)) {
          columns.push_back(c);
          label += "_" + target.columns[c].name;
        }
      if (!part.collation.empty() && lower_name(part.collation) != "binary") plain_other = part.collation;
    }
    Finding finding = finding_of(t, "unique constraint", target.source->table.name,
                                 std::string(one.range.of(target.source->sql)));
    finding.target = "UNIQUE (" + column_list(t, columns) + ")";
    if (!plain_other.empty()) finding.loss = "collation " + plain_other + " of the key";
    target.after_rows.push_back(
        {"ALTER TABLE " + full_name(target) + " ADD CONSTRAINT " +
             quote_identifier(names_.free(one.name.empty() ? label + "_key" : one.name)) + " " +
             finding.target,
         report(finding),
         {},
         {}});
  }

  void write_check(std::size_t t, const Constraint& one, const NameScope& scope) {
    TargetTable& target = result_.tables[t];
    const std::string_view text = one.expression.of(target.source->sql);
    Finding finding = finding_of(
        t, "check", target.source->table.name + (one.name.empty() ? "" : "." + one.name), std::string(text));
    const Translated expression = translate_expression(text, scope);
    if (!expression) {
      finding.loss = "the check";
      finding.reason = expression.problem;
      report(std::move(finding));
      return;
    }
    finding.target = "CHECK (" + expression.sql + ")";
    const std::string name =
        one.name.empty() ? "" : "CONSTRAINT " + quote_identifier(names_.of_constraint(one.name)) + " ";
    const std::string sql = "ALTER TABLE " + full_name(target) + " ADD " + name + finding.target;
    target.after_rows.push_back({sql,
                                 report(finding),
                                 sql + " NOT VALID",
                                 "rows that are there break it",
                                 true,
                                 is_surely_condition(expression.sql, scope),
                                 {}});
  }

  void write_indexes(std::size_t t, const NameScope& scope) {
    TargetTable& target = result_.tables[t];
    for (const SourceIndex& index : target.source->indexes) {
      const sqlite::CreateIndex& create = *index.statement.index();
      Finding finding = finding_of(t, create.unique ? "unique index" : "index", index.name, index.sql);
      std::string parts;
      std::string problem;
      bool proven = true;
      for (const sqlite::KeyPart& part : create.parts) {
        std::string text;
        const std::string collation = lower_name(part.collation);
        if (!part.column.empty() && scope.columns.contains(lower_name(part.column))) {
          const KnownColumn& column = scope.columns.at(lower_name(part.column));
          text = quote_identifier(column.name);
          // json alone has no order, and text alone has collations.
          proven = proven && kind_of_type(column.type) != Kind::json &&
                   (collation != kNocase || kind_of_type(column.type) == Kind::text);
        } else {
          const Translated expression = translate_expression(
              part.column.empty() ? part.expression.of(index.sql) : std::string_view(part.column), scope);
          if (!expression) problem = expression.problem;
          text = "(" + expression.sql + ")";
          proven = proven && collation != kNocase && is_surely_value(expression.sql, scope);
        }
        if (collation == kNocase) {
          needs_nocase_ = true;
          text += " COLLATE " + quote_name(options_.schema, kNocase);
        } else if (!collation.empty() && collation != "binary") {
          problem = "collation " + collation + " has no known equivalent";
        }
        // SQLite has NULL before everything else.
        const std::size_t column = target.source->table.find_column(part.column);
        const bool may_be_null = column == Table::npos || !target.source->table.columns[column].not_null;
        if (part.descending)
          text += may_be_null ? " DESC NULLS LAST" : " DESC";
        else if (may_be_null)
          text += " NULLS FIRST";
        parts += (parts.empty() ? "" : ", ") + text;
      }
      std::string where;
      if (!create.where.empty()) {
        const Translated condition = translate_expression(create.where.of(index.sql), scope);
        if (!condition) problem = condition.problem;
        proven = proven && is_surely_condition(condition.sql, scope);
        where = " WHERE " + condition.sql;
      }
      if (!problem.empty()) {
        finding.loss = "the index";
        finding.reason = problem;
        report(std::move(finding));
        continue;
      }
      finding.target = "(" + parts + ")" + where;
      target.after_rows.push_back({"CREATE " + std::string(create.unique ? "UNIQUE " : "") + "INDEX " +
                                       quote_identifier(names_.free(index.name)) + " ON " +
                                       full_name(target) + " " + finding.target,
                                   report(finding),
                                   {},
                                   {},
                                   false,
                                   proven});
    }
  }

  void write_references(std::size_t t) {
    TargetTable& target = result_.tables[t];
    std::vector<const Constraint*> constraints;
    for (const sqlite::TableColumn& column : create_of(t).columns)
      for (const Constraint& one : column.constraints)
        if (one.kind == ConstraintKind::foreign_key) constraints.push_back(&one);
    for (const Constraint& one : create_of(t).constraints)
      if (one.kind == ConstraintKind::foreign_key) constraints.push_back(&one);
    for (const Constraint* one : constraints) write_reference(t, target, *one);
  }

  // A table that the target has already, with the columns; empty where it has none.
  std::string existing_parent(const Constraint& one) const {
    if (options_.existing == nullptr) return {};
    for (const Table& table : options_.existing->tables) {
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

  void write_reference(std::size_t t, TargetTable& target, const Constraint& one) {
    Finding finding = finding_of(t, "foreign key", target.source->table.name,
                                 std::string(one.range.of(target.source->sql)));
    const std::size_t parent = find_table(one.parent);
    std::vector<std::size_t> columns, parents;
    for (const std::string& name : one.columns)
      for (std::size_t c = 0; c < target.columns.size(); ++c)
        if (same_name(target.source->table.columns[c].name, name)) columns.push_back(c);
    if (parent != Table::npos) {
      const Table& table = source_of(parent).table;
      if (one.parent_columns.empty()) parents = table.primary_key;
      for (const std::string& name : one.parent_columns)
        for (std::size_t c = 0; c < table.columns.size(); ++c)
          if (same_name(table.columns[c].name, name)) parents.push_back(c);
    }
    std::string referenced = parent == Table::npos ? existing_parent(one) : std::string();
    if (referenced.empty() && parents.size() == columns.size() && !parents.empty())
      referenced = full_name(result_.tables[parent]) + " (" + column_list(parent, parents) + ")";
    if (referenced.empty()) {
      finding.loss = "the foreign key";
      finding.reason = parent == Table::npos ? "table " + one.parent + " is not there, or not moved"
                                             : "the columns do not fit those of " + one.parent;
      report(std::move(finding));
      return;
    }
    std::string sql = "FOREIGN KEY (" + column_list(t, columns) + ") REFERENCES " + referenced;
    if (one.on_update != ForeignKeyAction::no_action)
      sql += " ON UPDATE " + std::string(action_text(one.on_update));
    if (one.on_delete != ForeignKeyAction::no_action)
      sql += " ON DELETE " + std::string(action_text(one.on_delete));
    if (one.deferrable) sql += one.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
    finding.target = sql;
    const std::string name =
        one.name.empty() ? "" : "CONSTRAINT " + quote_identifier(names_.of_constraint(one.name)) + " ";
    const std::string add = "ALTER TABLE " + full_name(target) + " ADD " + name + sql;
    target.references.push_back({add, report(finding), add + " NOT VALID",
                                 "rows that are there have no parent", false,
                                 parent == Table::npos || is_key(source_of(parent).table, parents)});
  }

  // SQLite does not look for a key until rows come.
  static bool is_key(const Table& table, const std::vector<std::size_t>& columns) {
    return std::ranges::is_permutation(columns, table.primary_key) ||
           std::ranges::any_of(table.unique_keys, [&](const UniqueKey& key) {
             return std::ranges::is_permutation(columns, key.columns);
           });
  }

  void write_others() {
    NameScope scope;
    scope.aliases = true;
    for (const TargetTable& table : result_.tables) {
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
    for (const SourceObject& object : source_.others) {
      Finding finding;
      finding.object = object.name;
      finding.kind = object.kind;
      finding.declared = object.sql;
      if (object.kind == "view") {
        write_view(object, scope, std::move(finding));
        continue;
      }
      finding.loss = "the " + object.kind;
      finding.reason = object.kind == "trigger" ? "a trigger of SQLite is written in its own language"
                                                : "the module of a virtual table exists in SQLite only";
      report(std::move(finding));
    }
    for (const std::string& name : source_.left_out) {
      Finding finding;
      finding.object = name;
      finding.kind = "table";
      finding.reason = "Whimbrel's own: the history of another database is not this one's";
      report(std::move(finding));
    }
  }

  void write_view(const SourceObject& object, NameScope& scope, Finding finding) {
    const sqlite::CreateStatement statement = sqlite::parse_create(object.sql);
    const Translated select = translate_expression(statement.view()->select.of(object.sql), scope);
    if (!select) {
      finding.loss = "the view";
      finding.reason = select.problem;
      report(std::move(finding));
      return;
    }
    const std::string name = names_.free(object.name);
    std::string columns;
    for (const std::string& column : statement.view()->columns)
      columns += (columns.empty() ? " (" : ", ") + quote_identifier(names_.of_column(column));
    if (!columns.empty()) columns += ")";
    finding.target = select.sql;
    result_.views.push_back(
        {"CREATE VIEW " + quote_name(options_.schema, name) + columns + " AS " + select.sql,
         report(std::move(finding)),
         {},
         {},
         false,
         false});
    scope.tables[lower_name(object.name)] = quote_name(options_.schema, name);
  }

  const SourceSchema& source_;
  const std::vector<TableProfile>& profiles_;
  const TranslationOptions& options_;
  Translation result_;
  TargetNames names_;
  bool needs_nocase_ = false;
};

}  // namespace

Translation translate(const SourceSchema& source, const std::vector<std::size_t>& tables,
                      const std::vector<TableProfile>& profiles, const TranslationOptions& options) {
  return Translate(source, tables, profiles, options).run();
}

}  // namespace whimbrel::move
