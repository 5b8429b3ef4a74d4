#include "common/move/sqlite_schema.h"

#include <algorithm>
#include <optional>

#include "common/host.h"
#include "common/schema/kind.h"
#include "common/sql/lexer.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  sql::Lexer lexer(text, sql::Rules::postgresql);
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code())
    tokens.push_back(token);
  return tokens;
}

// Behind a cast at `at` (::name, ::name(1,2), ::two words, ::schema.name[]), or `at`.
std::size_t behind_cast(const std::vector<Token>& tokens, std::size_t at) {
  if (at >= tokens.size() || tokens[at].text != "::") return at;
  for (++at; at < tokens.size() && (tokens[at].kind == TokenKind::word ||
                                    tokens[at].kind == TokenKind::quoted_identifier || tokens[at].is('.'));) {
    const bool keyword = tokens[at].is_word("and") || tokens[at].is_word("or") || tokens[at].is_word("is") ||
                         tokens[at].is_word("in") || tokens[at].is_word("not");
    if (keyword) return at;
    ++at;
  }
  if (at < tokens.size() && tokens[at].is('('))
    while (at < tokens.size() && !tokens[at++].is(')')) {
    }
  while (at + 1 < tokens.size() && tokens[at].is('[') && tokens[at + 1].is(']')) at += 2;
  return at;
}

// Names and operators that mean the same in both, casts left out; nothing when there is anything else.
std::optional<std::string> sqlite_expression(std::string_view text, const Table& table) {
  constexpr std::string_view kWords[] = {"and",  "or",   "not",  "is",  "null", "in",    "between",  "case",
                                         "when", "then", "else", "end", "true", "false", "distinct", "from"};
  constexpr std::string_view kFunctions[] = {"length",   "lower",  "upper",  "abs",
                                             "coalesce", "nullif", "replace"};
  constexpr std::string_view kOperators[] = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "||"};
  const std::vector<Token> tokens = tokens_of(text);
  std::string out;
  for (std::size_t i = 0; i < tokens.size();) {
    const Token& token = tokens[i];
    std::string piece(token.text);
    if (token.text == "::") {
      i = behind_cast(tokens, i);
      continue;
    }
    // = ANY (ARRAY[…]) is how the server prints IN.
    if (token.text == "=" && i + 4 < tokens.size() && tokens[i + 1].is_word("any") && tokens[i + 2].is('(')) {
      std::size_t at = i + 3;
      int open = 1;
      if (tokens[at].is('(')) ++at, ++open;
      if (!tokens[at].is_word("array") || !tokens[at + 1].is('[')) return std::nullopt;
      out += " IN (";
      for (at += 2; at < tokens.size() && !tokens[at].is(']');) {
        if (tokens[at].text == "::") {
          at = behind_cast(tokens, at);
          continue;
        }
        if (tokens[at].kind != TokenKind::string && tokens[at].kind != TokenKind::number &&
            !tokens[at].is(',') && !tokens[at].is('(') && !tokens[at].is(')'))
          return std::nullopt;
        out += tokens[at++].text;
      }
      out += ")";
      for (++at; at < tokens.size() && open > 0;) {
        if (tokens[at].text == "::")
          at = behind_cast(tokens, at);
        else if (tokens[at++].is(')'))
          --open;
        else
          return std::nullopt;
      }
      i = at;
      continue;
    }
    const bool call = i + 1 < tokens.size() && tokens[i + 1].is('(');
    if (token.kind == TokenKind::word) {
      const bool known =
          std::ranges::any_of(kWords, [&](std::string_view word) { return token.is_word(word); }) ||
          (call &&
           std::ranges::any_of(kFunctions, [&](std::string_view word) { return token.is_word(word); }));
      if (!known) {
        if (table.find_column(token.text) == Table::npos) return std::nullopt;
        piece = quote_identifier(token.text);
      }
    } else if (token.kind == TokenKind::quoted_identifier) {
      if (call || table.find_column(sql::bare_name(token)) == Table::npos) return std::nullopt;
    } else if (token.kind == TokenKind::string) {
      if (token.text[0] != '\'') return std::nullopt;
    } else if (token.kind == TokenKind::op) {
      if (std::ranges::find(kOperators, token.text) == std::end(kOperators)) return std::nullopt;
    } else if (token.kind != TokenKind::number && !token.is('(') && !token.is(')') && !token.is(',')) {
      return std::nullopt;
    }
    if (!out.empty() && out.back() != '(' && !token.is(')') && !token.is(',') && !token.is('(')) out += ' ';
    out += piece;
    ++i;
  }
  return out;
}

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

class WriteTable {
 public:
  WriteTable(const Table& table, const TableFacts& facts,
             const std::map<std::pair<std::string, std::string>, std::string>& names)
      : table_(table), facts_(facts.of(table)), names_(names) {
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
    for (const UniqueKey& key : table_.unique_keys)
      if (!is_index(key.name)) items += ",\n  UNIQUE (" + list_of(table_, key.columns) + ")";
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

  std::string write_column(const Column& column) {
    const bool key = table_.primary_key.size() == 1 && &table_.columns[table_.primary_key[0]] == &column;
    std::string text = quote_identifier(column.name) + " " + sqlite_declared_type(column);
    if (column.identity && key && column.kind == Kind::integer) {
      result_.identity = column.name;
      return text + " PRIMARY KEY AUTOINCREMENT";
    }
    if (column.identity)
      result_.notes.push_back("column " + column.name +
                              " does not count by itself: SQLite has that for a primary key only");
    if (column.not_null) text += " NOT NULL";
    if (column.generated) {
      result_.notes.push_back("column " + column.name + " keeps its values and is no longer generated");
      return text;
    }
    if (const CatalogObject* const found = fact(column);
        found != nullptr && found->has("default") && !column.identity) {
      const std::string value = sqlite_default(found->get("default"));
      if (!value.empty())
        text += " DEFAULT " + value;
      else if (found->get("default") != "NULL")
        result_.notes.push_back("default of column " + column.name +
                                " is left out: " + std::string(found->get("default")));
    }
    if (column.labels.empty()) return text;
    std::string labels;
    for (const std::string& label : column.labels)
      labels += (labels.empty() ? "" : ", ") + quote_literal(label);
    return text + " CHECK (" + quote_identifier(column.name) + " IN (" + labels + "))";
  }

  std::string write_reference(const ForeignKey& key) {
    const auto parent = names_.find({key.parent_schema, key.parent_table});
    if (parent == names_.end()) {
      result_.notes.push_back("foreign key " + key.name + " is left out: its table is not exported");
      return {};
    }
    std::string parents;
    for (const std::string& column : key.parent_columns)
      parents += (parents.empty() ? "" : ", ") + quote_identifier(column);
    std::string text = ",\n  FOREIGN KEY (" + list_of(table_, key.columns) + ") REFERENCES " +
                       quote_identifier(parent->second) + " (" + parents + ")" +
                       std::string(action(key.on_delete));
    for (const CatalogObject* object : facts_) {
      if (object->kind != "constraint" || object->name != key.name) continue;
      const std::string_view definition = object->get("definition");
      for (const std::string_view on_update :
           {" ON UPDATE CASCADE", " ON UPDATE RESTRICT", " ON UPDATE SET NULL", " ON UPDATE SET DEFAULT"})
        if (definition.find(on_update) != std::string_view::npos) text += on_update;
      if (definition.ends_with("NOT VALID"))
        result_.notes.push_back("foreign key " + key.name + " was not valid for rows that are there");
    }
    if (key.deferrable) text += key.initially_deferred ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
    return text;
  }

  std::string write_constraint(const CatalogObject& object) {
    const std::string_view type = object.get("type");
    if (type == "exclusion")
      result_.notes.push_back("constraint " + object.name +
                              " is left out: SQLite has no exclusion constraints");
    if (type != "check") return {};
    std::string_view definition = object.get("definition");
    const std::size_t open = definition.find('('), close = definition.rfind(')');
    const auto expression = open == std::string_view::npos
                                ? std::nullopt
                                : sqlite_expression(definition.substr(open, close - open + 1), table_);
    if (expression) return ",\n  CONSTRAINT " + quote_identifier(object.name) + " CHECK " + *expression;
    result_.notes.push_back("check " + object.name + " is left out: " + std::string(definition));
    return {};
  }

  // Of columns alone; of others a note.
  void write_index(const CatalogObject& object) {
    const std::string definition(object.get("definition"));
    const std::vector<Token> tokens = tokens_of(definition);
    const auto give_up = [&] {
      result_.notes.push_back("index " + object.name + " is left out: " + definition);
    };
    std::size_t at = 0;
    while (at < tokens.size() && !tokens[at].is_word("using")) ++at;
    if (at + 2 >= tokens.size() || !tokens[at + 1].is_word("btree") || !tokens[at + 2].is('('))
      return give_up();
    std::string parts;
    for (at += 3; at < tokens.size() && !tokens[at].is(')');) {
      const bool name = tokens[at].kind == TokenKind::word || tokens[at].kind == TokenKind::quoted_identifier;
      if (!name || table_.find_column(sql::bare_name(tokens[at])) == Table::npos) return give_up();
      parts += (parts.empty() ? "" : ", ") + quote_identifier(sql::bare_name(tokens[at++]));
      if (at < tokens.size() && tokens[at].is_word("desc")) {
        parts += " DESC";
        ++at;
      }
      if (at + 1 < tokens.size() && tokens[at].is_word("nulls")) at += 2;
      if (at < tokens.size() && tokens[at].is(',')) ++at;
    }
    std::string where;
    if (at + 1 < tokens.size()) {
      if (!tokens[at + 1].is_word("where")) return give_up();
      const auto condition =
          sqlite_expression(std::string_view(definition).substr(tokens[at + 1].end()), table_);
      if (!condition) return give_up();
      where = " WHERE " + *condition;
    }
    const bool unique = tokens.size() > 1 && tokens[1].is_word("unique");
    const std::string name = table_.in_default_schema ? object.name : table_.schema + "__" + object.name;
    result_.indexes.push_back("CREATE " + std::string(unique ? "UNIQUE " : "") + "INDEX " +
                              quote_identifier(name) + " ON " + quote_identifier(result_.name) + " (" +
                              parts + ")" + where);
  }

  const Table& table_;
  std::span<const CatalogObject* const> facts_;
  const std::map<std::pair<std::string, std::string>, std::string>& names_;
  SqliteTable result_;
};

}  // namespace

std::string sqlite_name(const Table& table) {
  return table.in_default_schema ? table.name : table.schema + "__" + table.name;
}

std::string sqlite_declared_type(const Column& column) {
  const std::string& type = column.type;
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
      return type == "citext" || type.ends_with(".citext") ? "TEXT COLLATE NOCASE" : "TEXT";
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

std::string sqlite_default(std::string_view text) {
  const std::vector<Token> tokens = tokens_of(text);
  if (tokens.empty()) return {};
  std::size_t at = 0;
  std::string sign;
  const bool bracket = tokens[0].is('(') && tokens.back().is(')');
  if (bracket) ++at;
  if (tokens[at].text == "-" && at + 1 < tokens.size()) sign = "-", ++at;
  const Token& first = tokens[at];
  const bool now =
      (first.is_word("now") && at + 2 < tokens.size() && tokens[at + 1].is('(') && tokens[at + 2].is(')'));
  std::string value;
  if (first.kind == TokenKind::number) {
    value = sign + std::string(first.text);
  } else if (first.kind == TokenKind::string && first.text[0] == '\'') {
    value = std::string(first.text);
  } else if (first.is_word("true") || first.is_word("false")) {
    value = first.is_word("true") ? "1" : "0";
  } else if (now || first.is_word("current_timestamp") || first.is_word("current_date")) {
    value = first.is_word("current_date") ? "CURRENT_DATE" : "CURRENT_TIMESTAMP";
    if (now) at += 2;
  } else {
    return {};
  }
  ++at;
  if (bracket && at < tokens.size() && tokens[at].is(')')) ++at;
  at = behind_cast(tokens, at);
  return at == tokens.size() ? value : std::string();
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
                               const std::map<std::pair<std::string, std::string>, std::string>& names) {
  return WriteTable(table, facts, names).run();
}

}  // namespace whimbrel::move
