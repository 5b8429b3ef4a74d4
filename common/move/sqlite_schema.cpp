#include "common/move/sqlite_schema.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "common/host.h"
#include "common/move/column_facts.h"
#include "common/move/nocase.h"
#include "common/move/sqlite_expression.h"
#include "common/schema/kind.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

constexpr std::string_view kNocaseClause = " COLLATE NOCASE";
// At the end of what PostgreSQL says of a constraint.
constexpr std::string_view kNotValid = " NOT VALID", kNotEnforced = " NOT ENFORCED";

std::string list_of(const Table& table, const std::vector<std::size_t>& columns) {
  std::string list;
  for (const std::size_t column : columns)
    list += (list.empty() ? "" : ", ") + quote_identifier(table.columns[column].name);
  return list;
}

std::string_view action(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::restrict:
      return " ON DELETE RESTRICT";
    case ForeignKeyAction::cascade:
      return " ON DELETE CASCADE";
    case ForeignKeyAction::set_null:
      return " ON DELETE SET NULL";
    case ForeignKeyAction::set_default:
      return " ON DELETE SET DEFAULT";
    case ForeignKeyAction::no_action:
      break;
  }
  return "";
}

// Whether SQLite computes with its values as PostgreSQL does: numeric is exact text there, lower() knows
// ASCII only, and dates are texts.
bool is_exact(const Column& column) {
  return column.kind == Kind::integer || column.kind == Kind::boolean || column.kind == Kind::text;
}

class WriteTable {
 public:
  WriteTable(const Table& table, const TableFacts& facts,
             const std::map<std::pair<std::string, std::string>, std::string>& names,
             GeneratedValues generated)
      : table_(table), facts_(facts.of(table)), index_(facts.index()), names_(names), generated_(generated) {
    const auto named = names.find({table.schema, table.name});
    result_.name = named == names.end() ? sqlite_name(table) : named->second;
    result_.source = &table;
  }

  SqliteTable run() {
    std::string items;
    for (const Column& column : table_.columns)
      items += (items.empty() ? "  " : ",\n  ") + write_column(column);
    if (!table_.primary_key.empty() && result_.identity.empty())
      items += ",\n  PRIMARY KEY (" + list_of(table_, table_.primary_key) + ")";
    if (table_.primary_key_deferrable) note_deferrable("primary key");
    for (const UniqueKey& key : table_.unique_keys) {
      if (is_index(key.name)) continue;
      items += ",\n  UNIQUE (" + list_of(table_, key.columns) + ")";
      if (key.deferrable) note_deferrable("constraint " + key.name);
    }
    for (const ForeignKey& key : table_.foreign_keys) items += write_reference(key);
    for (const CatalogObject* object : facts_) {
      if (object->kind == "constraint") items += write_constraint(*object);
      if (object->kind == "index") write_index(*object);
      if (object->kind == "trigger" || object->kind == "policy" || object->kind == "rule")
        result_.notes.push_back(object->kind + " " + object->name + " is left out");
    }
    result_.create = "CREATE TABLE " + quote_identifier(result_.name) + " (\n" + items + "\n)";
    return std::move(result_);
  }

 private:
  const CatalogObject* fact(const Column& column) const {
    for (const CatalogObject* object : facts_)
      if (object->kind == "column" && object->name == column.name) return object;
    return nullptr;
  }

  bool is_index(const std::string& name) const {
    return std::ranges::any_of(
        facts_, [&](const CatalogObject* object) { return object->kind == "index" && object->name == name; });
  }

  void note_deferrable(const std::string& what) {
    result_.notes.push_back(what + " is not deferrable: SQLite checks each row at once");
  }

  // The column, and the checks of its domains.
  std::string write_column(const Column& column) {
    const ColumnFacts facts = column_facts(index_, column, fact(column));
    std::string text = declared_column(column, facts);
    for (const CatalogObject* check : facts.checks)
      if (const auto condition = condition_of(*check, &column)) text += " CHECK " + *condition;
    if (column.kind == Kind::array && column.type.ends_with("[]"))
      note_element(column, std::string_view(column.type).substr(0, column.type.size() - 2));
    return text;
  }

  void note_element(const Column& column, std::string_view type) {
    Column element;
    element.type = type;
    for (const CatalogObject* check : column_facts(index_, element, nullptr).checks)
      result_.notes.push_back("check " + check->name + " of the elements of column " + column.name +
                              " is left out: " + std::string(check->get("definition")));
  }

  std::string declared_column(const Column& column, const ColumnFacts& facts) {
    const bool key = table_.primary_key.size() == 1 && &table_.columns[table_.primary_key[0]] == &column;
    const bool counts = key && column.kind == Kind::integer;  // in SQLite, whatever it does here
    const std::string_view by_default =
        column.generated || column.identity ? std::string_view() : facts.by_default;
    std::string text = quote_identifier(column.name) + " " + sqlite_declared_type(column, facts.base);
    if (facts.comparison == Comparison::nocase && column.kind == Kind::text && !text.ends_with(kNocaseClause))
      text += kNocaseClause;
    else if (facts.comparison != Comparison::bytes)
      result_.notes.push_back("collation " + std::string(facts.collation) + " of column " + column.name +
                              " is left out: SQLite compares its bytes");
    const std::string sequence = counts ? sequence_of_default(by_default) : std::string();
    if (counts && (column.identity || !sequence.empty())) {
      result_.identity = column.name;
      result_.sequence = sequence;
      if (!sequence.empty())
        result_.notes.push_back("column " + column.name + " counts by itself, no longer by the sequence " +
                                sequence);
      return text + " PRIMARY KEY AUTOINCREMENT";
    }
    if (column.identity)
      result_.notes.push_back("column " + column.name +
                              " does not count by itself: SQLite has that for a primary key only");
    if (column.generated && generated_ == GeneratedValues::are_computed)
      return text + write_generated(column, fact(column));
    if (facts.not_null && !may_have_nulls(column)) text += " NOT NULL";
    if (column.generated) {
      result_.notes.push_back("column " + column.name + " keeps its values and is no longer generated");
      return text;
    }
    if (!by_default.empty()) {
      const std::string value = sqlite_default(by_default, column);
      if (!value.empty() && (!counts || value == "NULL"))
        text += " DEFAULT " + value;
      else
        result_.notes.push_back("default of column " + column.name +
                                " is left out: " + std::string(by_default) +
                                (counts ? "; an integer that is the key counts by itself in SQLite" : ""));
    }
    if (column.labels.empty()) return text;
    std::string labels;
    for (const std::string& label : column.labels)
      labels += (labels.empty() ? "" : ", ") + quote_literal(label);
    return text + " CHECK (" + quote_identifier(column.name) + " IN (" + labels + "))";
  }

  // By a NOT NULL that new rows have to follow, and those that are there may not.
  bool may_have_nulls(const Column& column) {
    for (const CatalogObject* object : facts_) {
      if (object->kind != "constraint" || object->get("type") != "not null") continue;
      const std::string_view definition = object->get("definition");
      const std::vector<Token> tokens = sql::code_tokens(definition, sql::Rules::postgresql);
      if (!definition.ends_with(kNotValid) || tokens.size() < 3) continue;
      const std::string_view name = tokens[2].text;
      if (name != column.name && name != quote_identifier(column.name)) continue;
      result_.notes.push_back("NOT NULL of column " + column.name + " was not valid for rows that are there");
      return true;
    }
    return false;
  }

  std::string write_generated(const Column& column, const CatalogObject* found) {
    const std::string_view expression = found == nullptr ? std::string_view() : found->get("generated");
    const bool exact =
        is_exact(column) && !contains_lower(expression, "lower(") && !contains_lower(expression, "upper(");
    Table exact_columns;
    std::ranges::copy_if(table_.columns, std::back_inserter(exact_columns.columns), is_exact);
    if (const auto same = exact ? sqlite_expression(expression, exact_columns) : std::nullopt)
      return " GENERATED ALWAYS AS (" + *same + ") STORED" + (column.not_null ? " NOT NULL" : "");
    result_.notes.push_back("column " + column.name +
                            " is empty and no longer generated: " + std::string(expression));
    return {};
  }

  // Nothing, and a note, where SQLite has no such key.
  std::string write_reference(const ForeignKey& key) {
    const auto leave_out = [&](const std::string& reason) {
      result_.notes.push_back("foreign key " + key.name + " is left out: " + reason);
      return std::string();
    };
    const auto parent = names_.find({key.parent_schema, key.parent_table});
    if (parent == names_.end()) return leave_out("its table is not exported");
    const std::string_view definition = definition_of(key);
    if (!key.enforced) return leave_out("it is not enforced, and SQLite would enforce it");
    if (definition.find(", PERIOD ") != std::string_view::npos)
      return leave_out("SQLite does not know keys of periods");
    std::string parents;
    for (const std::string& column : key.parent_columns)
      parents += (parents.empty() ? "" : ", ") + quote_identifier(column);
    std::string text = ",\n  FOREIGN KEY (" + list_of(table_, key.columns) + ") REFERENCES " +
                       quote_identifier(parent->second) + " (" + parents + ")" +
                       std::string(action(key.on_delete));
    for (const std::string_view on_update :
         {" ON UPDATE CASCADE", " ON UPDATE RESTRICT", " ON UPDATE SET NULL", " ON UPDATE SET DEFAULT"})
      if (definition.find(on_update) != std::string_view::npos) text += on_update;
    if (definition.ends_with(kNotValid))
      result_.notes.push_back("foreign key " + key.name + " was not valid for rows that are there");
    if (key.deferrable) text += key.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
    return text;
  }

  std::string_view definition_of(const ForeignKey& key) const {
    for (const CatalogObject* object : facts_)
      if (object->kind == "constraint" && object->name == key.name) return object->get("definition");
    return {};
  }

  std::string write_constraint(const CatalogObject& object) {
    const std::string_view type = object.get("type");
    if (type == "exclusion")
      result_.notes.push_back("constraint " + object.name +
                              " is left out: SQLite has no exclusion constraints");
    if (type != "check") return {};
    const auto condition = condition_of(object, nullptr);
    return condition ? ",\n  CONSTRAINT " + quote_identifier(object.name) + " CHECK " + *condition
                     : std::string();
  }

  // What a check says, in parentheses; nothing, and a note, where SQLite cannot. `value`: see
  // sqlite_expression().
  std::optional<std::string> condition_of(const CatalogObject& check, const Column* value) {
    const std::string_view definition = check.get("definition");
    const std::size_t open = definition.find('('), close = definition.rfind(')');
    auto condition = open == std::string_view::npos || definition.ends_with(kNotValid) ||
                             definition.ends_with(kNotEnforced)
                         ? std::nullopt
                         : sqlite_expression(definition.substr(open, close - open + 1), table_, value);
    if (!condition)
      result_.notes.push_back("check " + check.name + (value == nullptr ? "" : " of column " + value->name) +
                              " is left out: " + std::string(definition));
    return condition;
  }

  void write_index(const CatalogObject& object) {
    const std::string definition(object.get("definition"));
    const std::vector<Token> tokens = sql::code_tokens(definition, sql::Rules::postgresql);
    const auto index = index_parts(definition, tokens);
    if (!index) {
      result_.notes.push_back("index " + object.name + " is left out: " + definition);
      return;
    }
    const bool unique = tokens.size() > 1 && tokens[1].is_word("unique");
    const std::string name = table_.in_default_schema ? object.name : table_.schema + "__" + object.name;
    result_.indexes.push_back("CREATE " + std::string(unique ? "UNIQUE " : "") + "INDEX " +
                              quote_identifier(name) + " ON " + quote_identifier(result_.name) + " " +
                              *index);
  }

  // What stands behind the table's name: ("a" DESC, lower("b")) WHERE "c" IS NULL. Nothing where SQLite has
  // no such index.
  std::optional<std::string> index_parts(std::string_view definition,
                                         const std::vector<Token>& tokens) const {
    std::size_t at = 0;
    while (at < tokens.size() && !tokens[at].is_word("using")) ++at;
    if (at + 2 >= tokens.size() || !tokens[at + 2].is('(')) return std::nullopt;
    if (!tokens[at + 1].is_word("btree") && !tokens[at + 1].is_word("hash")) return std::nullopt;
    std::string parts;
    for (at += 3; at < tokens.size() && !tokens[at].is(')');) {
      const std::size_t end = behind_operand(tokens, at);
      if (end == at) return std::nullopt;
      const auto part = sqlite_expression(
          definition.substr(tokens[at].offset, tokens[end - 1].end() - tokens[at].offset), table_);
      if (!part) return std::nullopt;
      parts += (parts.empty() ? "" : ", ") + *part;
      at = end;
      if (at < tokens.size() && tokens[at].is_word("collate")) {
        const std::size_t name = ++at;
        while (at + 2 < tokens.size() && tokens[at + 1].is('.')) at += 2;
        if (at >= tokens.size()) return std::nullopt;
        const std::string_view collation =
            definition.substr(tokens[name].offset, tokens[at].end() - tokens[name].offset);
        if (comparison_of(index_, collation) != Comparison::nocase) return std::nullopt;
        parts += kNocaseClause;
        ++at;
      }
      if (at < tokens.size() && is_pattern_class(tokens[at])) ++at;
      if (at < tokens.size() && tokens[at].is_word("desc")) {
        parts += " DESC";
        ++at;
      }
      if (at + 1 < tokens.size() && tokens[at].is_word("nulls")) at += 2;
      if (at < tokens.size() && tokens[at].is(',')) ++at;
    }
    ++at;
    // Columns that only come along, and how full its pages are, say nothing of what it finds.
    for (const std::string_view word : {"include", "with"})
      if (at + 1 < tokens.size() && tokens[at].is_word(word)) at = behind_operand(tokens, at + 1);
    parts = "(" + parts + ")";
    if (at >= tokens.size()) return parts;
    if (!tokens[at].is_word("where")) return std::nullopt;
    const auto condition = sqlite_expression(definition.substr(tokens[at].end()), table_);
    if (!condition) return std::nullopt;
    return parts + " WHERE " + *condition;
  }

  // A name, a call, or what stands in parentheses, which begins at `at`; `at` where it is none of these.
  static std::size_t behind_operand(const std::vector<Token>& tokens, std::size_t at) {
    if (at < tokens.size() &&
        (tokens[at].kind == TokenKind::word || tokens[at].kind == TokenKind::quoted_identifier))
      ++at;
    if (at >= tokens.size() || !tokens[at].is('(')) return at;
    for (int open = 0; at < tokens.size();) {
      if (tokens[at].is('(')) ++open;
      if (tokens[at++].is(')') && --open == 0) break;
    }
    return at;
  }

  // An operator class that orders text by its bytes, as SQLite does anyhow.
  static bool is_pattern_class(const Token& token) {
    return token.is_word("text_pattern_ops") || token.is_word("varchar_pattern_ops") ||
           token.is_word("bpchar_pattern_ops");
  }

  const Table& table_;
  std::span<const CatalogObject* const> facts_;
  const CatalogIndex& index_;
  const std::map<std::pair<std::string, std::string>, std::string>& names_;
  GeneratedValues generated_;
  SqliteTable result_;
};

}  // namespace

std::string sqlite_name(const Table& table) {
  return table.in_default_schema ? table.name : table.schema + "__" + table.name;
}

std::string sqlite_declared_type(const Column& column, const std::string& type) {
  if (!column.labels.empty()) return "TEXT";
  switch (column.kind) {
    case Kind::boolean:
      return "BOOLEAN";
    case Kind::integer:
      return "INTEGER";
    case Kind::real:
      return "REAL";
    case Kind::numeric: {
      const std::size_t open = type.find('(');
      return "NUMERIC_TEXT" + (open == std::string::npos ? std::string() : type.substr(open));
    }
    case Kind::text:
      return is_citext(type) ? "TEXT" + std::string(kNocaseClause) : "TEXT";
    case Kind::bytes:
      return "BLOB";
    case Kind::date:
      return "DATE";
    case Kind::time:
      return "TIME";
    case Kind::timestamp:
      return "TIMESTAMP";
    case Kind::timestamptz:
      return "TIMESTAMPTZ";
    case Kind::uuid:
      return "UUID";
    case Kind::json:
    case Kind::jsonb:
    case Kind::array:
    case Kind::composite:
      return "JSON_TEXT";
    default:
      return "TEXT";
  }
}

TableFacts::TableFacts(const Catalog& catalog) : index_(catalog) {
  for (const CatalogObject& object : catalog.objects)
    if (holds_rows(object))
      tables_.emplace(std::pair(std::string_view(object.schema), std::string_view(object.name)), &object);
}

std::span<const CatalogObject* const> TableFacts::of(const Table& table) const {
  const auto at = tables_.find({table.schema, table.name});
  return at == tables_.end() ? std::span<const CatalogObject* const>() : index_.owned(*at->second);
}

SqliteTable write_sqlite_table(const Table& table, const TableFacts& facts,
                               const std::map<std::pair<std::string, std::string>, std::string>& names,
                               GeneratedValues generated) {
  return WriteTable(table, facts, names, generated).run();
}

}  // namespace whimbrel::move
