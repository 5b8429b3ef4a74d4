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

TablePlan plan_table(const Table& table, const Rules& rules, SecretForm form,
                     std::vector<SecretPart>& redacted) {
  const std::string name = table.display_name();
  TablePlan plan;
  plan.table = &table;
  for (const std::size_t column : TablePlan::whole(table).columns) {
    const std::string& column_name = table.columns[column].name;
    if (rules.has(RuleKind::secret, name, column_name)) {
      redacted.push_back({name, column_name, {}});
      if (form == SecretForm::omit) continue;
      plan.withheld.push_back(column);
    } else if (rules.has(RuleKind::exclude, name, column_name)) {
      continue;
    }
    plan.columns.push_back(column);
  }
  return plan;
}

void add_conditions(ExportPlan& plan, const Schema& schema, const Dialect& dialect,
                    const std::map<std::string, std::string>& conditions) {
  for (const auto& [name, condition] : conditions) {
    const auto planned = std::ranges::find_if(plan.tables, [&](const TablePlan& entry) {
      return entry.table->display_name() == name || entry.table->schema + "." + entry.table->name == name;
    });
    if (planned == plan.tables.end()) {
      const bool exists = std::ranges::any_of(
          schema.tables, [&](const Table& table) { return table.display_name() == name; });
      if (!exists) throw unknown_table(name, table_names(schema));
      throw Error(code::kInvalidOption, "table \"" + name + "\" of option \"where\" is not exported");
    }
    check_condition(dialect, name, condition);
    planned->where = condition;
  }
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

void check_condition(const Dialect& dialect, const std::string& table, const std::string& condition) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(
        code::kInvalidOption,
        "the condition for table \"" + table + "\" in option \"where\" is not one expression: " + reason,
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

ExportPlan plan_export(Host& host, const Schema& schema, const ExportOptions& options) {
  const Rules rules = Rules::read(host);
  const Selection selection = select_tables(schema, options.selection);
  ExportPlan plan;
  std::vector<std::size_t> excluded = selection.excluded;
  std::vector<const Table*> chosen;
  for (const std::size_t index : selection.chosen) {
    if (left_out(schema.tables[index], rules, options))
      excluded.push_back(index);
    else
      chosen.push_back(&schema.tables[index]);
  }
  std::ranges::sort(excluded);
  for (const std::size_t index : excluded) plan.excluded.push_back(schema.tables[index].display_name());
  chosen = order_tables(chosen).tables;
  refuse_same_names(chosen);
  for (const Table* table : chosen)
    plan.tables.push_back(plan_table(*table, rules, options.secrets, plan.redacted));
  add_conditions(plan, schema, host.dialect(), options.where);
  return plan;
}

}  // namespace whimbrel
