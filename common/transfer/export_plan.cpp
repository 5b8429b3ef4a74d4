#include "common/transfer/export_plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/error.h"
#include "common/sql/lexer.h"
#include "common/transfer/order.h"

namespace whimbrel {

namespace {

void refuse_same_names(const std::vector<const Table*>& tables) {
  std::set<std::string> names;
  for (const Table* table : tables) {
    if (names.insert(table->display_name()).second) continue;
    throw Error(code::kUnsupported, "two tables are named \"" + table->display_name() + "\" in one document",
                "The name of one of them has a dot in it; the other one stands in a schema of that name.",
                "Select one of them with the option \"schemas\", or rename one.");
  }
}

// A rule leaves the table out, unless the call asks for it.
bool left_out(const Table& table, const Rules& rules, const ExportOptions& options) {
  const std::string name = table.display_name();
  const bool log = !options.include_logs && rules.has(RuleKind::log, name);
  if (!log && !rules.has(RuleKind::exclude, name)) return false;
  return std::ranges::find(options.selection.tables, name) == options.selection.tables.end();
}

void add_inside(TablePlan& plan, std::size_t column, const Rules& rules, std::vector<SecretPart>& redacted) {
  const std::string name = plan.table->display_name();
  const std::string& column_name = plan.table->columns[column].name;
  DocumentSecrets secrets{column, {}};
  for (const Rule* rule : rules.of(RuleKind::secret, name)) {
    if (rule->path.empty() || rule->columns.front() != column_name) continue;
    secrets.paths.push_back(rule->path);
    redacted.push_back({name, column_name, rule->path});
  }
  if (!secrets.paths.empty()) plan.inside.push_back(std::move(secrets));
}

TablePlan plan_table(const Table& table, const Rules& rules, SecretForm form,
                     std::vector<SecretPart>& redacted) {
  const std::string name = table.display_name();
  TablePlan plan;
  plan.table = &table;
  plan.form = form;
  for (const std::size_t column : TablePlan::whole(table).columns) {
    const std::string& column_name = table.columns[column].name;
    if (rules.has(RuleKind::secret, name, column_name)) {
      redacted.push_back({name, column_name, {}});
      if (form == SecretForm::omit) continue;
      plan.withheld.push_back(column);
    } else if (rules.has(RuleKind::exclude, name, column_name)) {
      continue;
    } else {
      add_inside(plan, column, rules, redacted);
    }
    plan.columns.push_back(column);
  }
  return plan;
}

void add_quoted(Host& host, TablePlan& plan) {
  for (const std::size_t index : plan.columns) {
    const Kind kind = plan.table->columns[index].kind;
    const bool nested = kind == Kind::array || kind == Kind::composite;
    plan.quoted.push_back(nested ? host.integer_places(*plan.table, index) : IntegerPlaces());
  }
}

const Table* find_table(const std::vector<const Table*>& tables, const std::string& name) {
  for (const Table* table : tables)
    if (table->display_name() == name || table->schema + "." + table->name == name) return table;
  return nullptr;
}

// The table of a condition; kUnknownTable when the database has none of this name.
const Table& conditioned(const Schema& schema, const std::vector<const Table*>& tables,
                         std::string_view option, const std::string& name, std::string_view what) {
  if (const Table* table = find_table(tables, name)) return *table;
  std::vector<const Table*> all;
  for (const Table& table : schema.tables) all.push_back(&table);
  if (find_table(all, name) == nullptr) throw unknown_table(name, table_names(schema));
  throw Error(code::kInvalidOption,
              "table \"" + name + "\" of option \"" + std::string(option) + "\" " + std::string(what));
}

struct ChosenTables {
  std::vector<const Table*> tables;
  std::vector<std::string> excluded;
};

ChosenTables choose(const Schema& schema, const Rules& rules, const SelectionOptions& selection,
                    const ExportOptions& options) {
  const Selection selected = select_tables(schema, selection);
  ChosenTables chosen;
  std::vector<std::size_t> excluded = selected.excluded;
  for (const std::size_t index : selected.chosen) {
    if (left_out(schema.tables[index], rules, options))
      excluded.push_back(index);
    else
      chosen.tables.push_back(&schema.tables[index]);
  }
  std::ranges::sort(excluded);
  for (const std::size_t index : excluded) chosen.excluded.push_back(schema.tables[index].display_name());
  return chosen;
}

// The tables of a subset: those that it begins with, those with rows that are needed, and those that the
// option `tables` names, which come whole.
ChosenTables choose_subset(Host& host, const Schema& schema, const Rules& rules, const ExportOptions& options,
                           std::shared_ptr<Subset>& subset) {
  SelectionOptions reachable = options.selection;
  reachable.tables.clear();
  ChosenTables chosen = choose(schema, rules, reachable, options);
  // A log is not followed into, but a subset may begin there.
  std::vector<const Table*> all;
  for (const Table& table : schema.tables) all.push_back(&table);
  std::vector<const Table*> starts;
  for (const auto& [name, condition] : options.subset) {
    const Table& table = conditioned(schema, all, "subset", name, "");
    check_condition(host.dialect(), "subset", name, condition);
    starts.push_back(&table);
    if (find_table(chosen.tables, table.display_name()) == nullptr) chosen.tables.push_back(&table);
    std::erase(chosen.excluded, table.display_name());
  }
  subset = std::make_shared<Subset>(host, chosen.tables, rules);
  std::size_t start = 0;
  for (const auto& [name, condition] : options.subset) subset->add(*starts[start++], condition);

  ChosenTables whole;
  if (!options.selection.tables.empty()) whole = choose(schema, rules, options.selection, options);
  std::erase_if(chosen.tables, [&](const Table* table) {
    return std::ranges::find(starts, table) == starts.end() && subset->keys(*table) == nullptr;
  });
  for (const Table* table : whole.tables)
    if (std::ranges::find(chosen.tables, table) == chosen.tables.end()) chosen.tables.push_back(table);
  return chosen;
}

}  // namespace

TablePlan TablePlan::whole(const Table& table) {
  TablePlan plan;
  plan.table = &table;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!table.columns[i].generated) plan.columns.push_back(i);
  return plan;
}

bool TablePlan::is_withheld(std::size_t column) const {
  return std::ranges::find(withheld, column) != withheld.end();
}

std::vector<std::size_t> TablePlan::columns_read() const {
  std::vector<std::size_t> read;
  for (const std::size_t column : columns)
    if (!is_withheld(column)) read.push_back(column);
  return read;
}

void check_condition(const Dialect& dialect, std::string_view option, const std::string& table,
                     const std::string& condition) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(code::kInvalidOption,
                "the condition for table \"" + table + "\" in option \"" + std::string(option) +
                    "\" is not one expression: " + reason,
                "It is: " + condition, "Give what may stand behind WHERE, as in \"id < 100\".");
  };
  sql::Lexer lexer(condition, sql::rules_of(dialect.engine));
  std::vector<char> open;
  bool any = false;
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
    any = any || !token.blank();
    if (!token.closed) refuse("a string, name or comment does not end");
    if (token.kind == sql::TokenKind::client_command || token.kind == sql::TokenKind::copy_data)
      refuse("it has a command of a client");
    if (token.kind == sql::TokenKind::parameter)
      refuse("it has a parameter, \"" + std::string(token.text) + "\"");
    if (token.is(';')) refuse("it has a semicolon");
    if (token.is('(') || token.is('[')) open.push_back(token.text[0]);
    if (!token.is(')') && !token.is(']')) continue;
    if (open.empty() || open.back() != (token.is(')') ? '(' : '[')) refuse("a parenthesis too many");
    open.pop_back();
  }
  if (!open.empty()) refuse("a parenthesis is not closed");
  if (!any) refuse("it is empty");
}

// The ones that `selection` takes are named, so that nobody believes them in the document.
void tell_beyond(Host& host, const Schema& schema, const SelectionOptions& selection,
                 std::vector<std::string>& excluded) {
  std::string names;
  for (const std::string& name : schema.beyond_documents) {
    if (!is_selected({host.dialect().default_schema, name, true, false}, selection)) continue;
    excluded.push_back(name);
    names += (names.empty() ? "\"" : ", \"") + name + "\"";
  }
  if (names.empty()) return;
  std::ranges::sort(excluded);
  host.notice(NoticeLevel::warning,
              "virtual tables are left out: " + names + "; export_complete() writes them");
}

ExportPlan plan_export(Host& host, const Schema& schema, const ExportOptions& options) {
  const Rules rules = Rules::read(host);
  ExportPlan plan;
  ChosenTables chosen = options.subset.empty() ? choose(schema, rules, options.selection, options)
                                               : choose_subset(host, schema, rules, options, plan.subset);
  plan.excluded = std::move(chosen.excluded);
  if (options.subset.empty()) tell_beyond(host, schema, options.selection, plan.excluded);
  chosen.tables = order_tables(chosen.tables).tables;
  refuse_same_names(chosen.tables);
  for (const Table* table : chosen.tables) {
    plan.tables.push_back(plan_table(*table, rules, options.secrets, plan.redacted));
    if (options.large_integers_as_text) add_quoted(host, plan.tables.back());
    if (plan.subset == nullptr) continue;
    plan.tables.back().keys = plan.subset->keys(*table);
    // Empty for tables that come whole. One that was asked for has it when it has no rows, or none that could
    // be told apart.
    if (plan.tables.back().keys == nullptr) plan.tables.back().where = plan.subset->condition(*table);
  }
  for (const auto& [name, condition] : options.where) {
    const Table& table = conditioned(schema, chosen.tables, "where", name, "is not exported");
    check_condition(host.dialect(), "where", name, condition);
    const auto planned =
        std::ranges::find_if(plan.tables, [&](const TablePlan& entry) { return entry.table == &table; });
    if (planned->keys != nullptr || !planned->where.empty())
      throw Error(code::kInvalidOption,
                  "table \"" + name + "\" of option \"where\" has the rows that the subset needs",
                  "A second condition would break the references to them.");
    planned->where = condition;
  }
  return plan;
}

}  // namespace whimbrel
