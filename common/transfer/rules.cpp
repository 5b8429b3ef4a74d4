#include "common/transfer/rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/each_row.h"
#include "common/error.h"
#include "common/json/path.h"
#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/options.h"
#include "common/transfer/references/reference_rule.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

constexpr std::array<std::pair<RuleKind, std::string_view>, 6> kNames = {{
    {RuleKind::reference, "reference"},
    {RuleKind::secret, "secret"},
    {RuleKind::log, "log"},
    {RuleKind::exclude, "exclude"},
    {RuleKind::is_volatile, "volatile"},
    {RuleKind::natural_key, "natural_key"},
}};

std::string table_of_rules(Host& host) { return quote_name(host.dialect().own_schema, "transfer_rules"); }

// Several columns are a JSON array in column_name, one is its bare name.
std::string column_text(const std::vector<std::string>& columns) {
  if (columns.empty()) return {};
  if (columns.size() == 1 && !columns[0].starts_with('[')) return columns[0];
  json::Buffer out;
  out.append('[');
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) out.append(',');
    json::write_string(out, columns[i]);
  }
  out.append(']');
  return std::string(out.view());
}

std::vector<std::string> columns_of_text(const std::string& text) {
  if (text.empty()) return {};
  if (!text.starts_with('[')) return {text};
  std::vector<std::string> columns;
  json::Reader reader(text);
  reader.next();
  while (reader.next() == json::Token::string) columns.emplace_back(reader.text());
  return columns;
}

const Table& find_table(const Schema& schema, const std::string& name) {
  for (const Table& table : schema.tables)
    if (table.display_name() == name) return table;
  throw unknown_table(name, table_names(schema));
}

std::size_t find_column(const Table& table, const std::string& name) {
  const std::size_t column = table.find_column(name);
  if (column != Table::npos) return column;
  std::vector<std::string_view> known;
  for (const Column& one : table.columns) known.push_back(one.name);
  Error error(code::kUnknownColumn, "table \"" + table.display_name() + "\" has no column \"" + name + "\"");
  const std::string_view near = nearest_name(name, known);
  if (!near.empty()) error.hint = "Did you mean \"" + std::string(near) + "\"?";
  throw error;
}

void check_columns(const Rule& rule) {
  const std::string name(rule_name(rule.kind));
  const auto refuse = [&](const std::string& what) {
    throw Error(code::kInvalidArgument, "a rule \"" + name + "\" " + what);
  };
  switch (rule.kind) {
    case RuleKind::reference:
    case RuleKind::secret:
    case RuleKind::is_volatile:
      if (rule.columns.size() != 1) refuse("is about one column");
      break;
    case RuleKind::log:
      if (!rule.columns.empty()) refuse("is about a whole table, not a column");
      break;
    case RuleKind::exclude:
      if (rule.columns.size() > 1) refuse("is about a table or one column");
      break;
    case RuleKind::natural_key:
      if (rule.columns.empty()) refuse("needs a column, or several in the option \"columns\"");
      break;
  }
  if (!rule.path.empty() && rule.kind != RuleKind::reference && rule.kind != RuleKind::secret)
    refuse("has no path");
  if (rule.kind != RuleKind::reference && !(rule.target_table.empty() && rule.target_column.empty()))
    refuse("has no target");
}

// Whether the values of a typed column may be JSON documents, or texts that hold something.
bool may_hold_more(const Column& column) {
  switch (column.kind) {
    case Kind::any:
    case Kind::text:
    case Kind::json:
    case Kind::jsonb:
    case Kind::other:
      return true;
    default:
      return false;
  }
}

// A rule that would never find anything lets pass what it is to keep.
void check_kind(const Rule& rule, const Column& column, bool inside) {
  const bool array = column.kind == Kind::array;
  const std::string& type = column.storage_type();  // of domains too
  const bool of_documents = type == "json[]" || type == "jsonb[]";
  if (inside ? may_hold_more(column) || (of_documents && rule.kind == RuleKind::secret) : !array) return;
  throw Error(code::kInvalidArgument,
              "column \"" + column.name + "\" of table \"" + rule.table + "\" is of type " + column.type +
                  ", in which a rule \"" + std::string(rule_name(rule.kind)) + "\" finds nothing",
              {},
              rule.kind == RuleKind::secret
                  ? "Without a path, the whole column is secret."
                  : "References are looked up in columns of one value, and inside JSON documents and texts.");
}

// Whether a row without a value for it gets one, by the engine or by what the table's owner has written.
bool gets_a_value(const Table& table, const Column& column) {
  return column.has_default || column.identity || column.generated || table.triggers || table.rules ||
         !column.base_type.empty();  // a domain may have a default
}

// Rows without their key cannot come back.
void check_key(const Rule& rule, const Table& table, std::size_t index) {
  const Column& column = table.columns[index];
  if (std::ranges::find(table.primary_key, index) == table.primary_key.end() || gets_a_value(table, column))
    return;
  throw Error(
      code::kInvalidArgument,
      "column \"" + column.name + "\" of table \"" + rule.table +
          "\" belongs to its primary key and has no default: a rule \"" + std::string(rule_name(rule.kind)) +
          "\" would leave rows that no import can write",
      {}, "Leave the whole table out by a rule \"exclude\" without a column, or give the column a default.");
}

void check(const Schema& schema, bool typed, const Rule& rule) {
  check_columns(rule);
  const Table& table = find_table(schema, rule.table);
  for (const std::string& column : rule.columns) find_column(table, column);
  const bool withholds = rule.kind == RuleKind::exclude || rule.kind == RuleKind::secret;
  if (withholds && rule.path.empty() && !rule.columns.empty())
    check_key(rule, table, find_column(table, rule.columns[0]));
  if (typed && !rule.path.empty() && rule.kind == RuleKind::secret)
    check_kind(rule, table.columns[find_column(table, rule.columns[0])], true);
  if (rule.kind != RuleKind::reference) {
    if (!rule.path.empty() && json::parse_path(rule.path).relative)
      throw Error(code::kInvalidArgument, "path \"" + rule.path + "\" must begin with $");
    return;
  }
  const ReferenceRule reference = parse_reference(rule);
  if (typed) check_kind(rule, table.columns[find_column(table, reference.column)], reference.is_inside());
  if (!reference.discriminator_column.empty()) find_column(table, reference.discriminator_column);
  for (const auto& [value, name] : reference.targets) {
    const Table& target = find_table(schema, name);
    if (!rule.target_column.empty()) {
      find_column(target, rule.target_column);
    } else if (target.primary_key.size() != 1) {
      throw Error(code::kInvalidArgument, "table \"" + name + "\" has no primary key of one column", {},
                  "Name the column that is referenced in the option \"target_column\".");
    }
  }
}

// What tells rules of the same path from each other: several patterns can stand in one text.
std::string pattern_of(const Rule& rule) {
  return rule.kind == RuleKind::reference ? ReferenceSettings::read(rule.settings).pattern : std::string();
}

}  // namespace

std::string_view rule_name(RuleKind kind) {
  for (const auto& [known, name] : kNames)
    if (known == kind) return name;
  return {};
}

RuleKind rule_kind(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
    names.push_back(known);
  }
  Error error(code::kInvalidArgument, "there is no rule \"" + std::string(name) + "\"");
  const std::string_view near = nearest_name(name, names);
  error.hint = near.empty() ? "The rules are reference, secret, log, exclude, volatile and natural_key."
                            : "Did you mean \"" + std::string(near) + "\"?";
  throw error;
}

Rules Rules::read(Host& host) {
  if (!host.has_own_tables(OwnTables::rules)) return {};
  std::vector<Rule> rules;
  const std::string sql =
      "SELECT rule, table_name, column_name, path, target_table, target_column, settings, rule_id FROM " +
      table_of_rules(host) + " ORDER BY rule_id";
  for_each_row(host, sql, {}, [&](const Cell* row) {
    const auto text = [&](std::size_t cell) { return std::string(row[cell].view()); };
    rules.push_back({rule_kind(row[0].view()), text(1), columns_of_text(text(2)), text(3), text(4), text(5),
                     text(6), row[7].integer});
  });
  return Rules(std::move(rules));
}

std::vector<const Rule*> Rules::of(RuleKind kind, std::string_view table) const {
  std::vector<const Rule*> found;
  for (const Rule& rule : rules_)
    if (rule.kind == kind && rule.table == table) found.push_back(&rule);
  return found;
}

bool Rules::has(RuleKind kind, std::string_view table, std::string_view column) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    if (rule.kind != kind || rule.table != table || !rule.path.empty()) return false;
    return column.empty() ? rule.columns.empty() : rule.columns.size() == 1 && rule.columns[0] == column;
  });
}

std::int64_t add_rule(Host& host, Rule rule) {
  check(host.read_schema(), !host.dialect().dynamic_types, rule);
  host.ensure_own_tables(OwnTables::rules);
  const std::string table = table_of_rules(host);
  const std::string columns = column_text(rule.columns);
  std::int64_t number = 1;
  std::vector<std::int64_t> replaced;
  const Rules rules = Rules::read(host);
  for (const Rule& known : rules.all()) {
    number = std::max(number, known.number + 1);
    if (known.kind == rule.kind && known.table == rule.table && known.columns == rule.columns &&
        known.path == rule.path && pattern_of(known) == pattern_of(rule))
      replaced.push_back(known.number);
  }
  for (const std::int64_t old : replaced) {
    const Cell parameters[] = {Cell::integer_of(old)};
    host.execute("DELETE FROM " + table + " WHERE rule_id = $1", parameters);
  }
  const std::string user = host.caller().user;
  const Cell parameters[] = {Cell::integer_of(number),
                             Cell::text(rule_name(rule.kind)),
                             Cell::text(rule.table),
                             Cell::text(columns),
                             Cell::text(rule.path),
                             Cell::text(rule.target_table),
                             Cell::text(rule.target_column),
                             Cell::text(rule.settings),
                             Cell::text(user)};
  host.execute("INSERT INTO " + table +
                   " (rule_id, rule, table_name, column_name, path, target_table, target_column, settings, "
                   "added_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
               parameters);
  return number;
}

}  // namespace whimbrel
