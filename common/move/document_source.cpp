#include "common/move/document_source.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/move/sqlite_schema.h"
#include "common/schema/sqlite/names.h"
#include "common/sql/lexer.h"

namespace whimbrel::move {

namespace {

// SQLite's statement for a table of which nothing but columns and keys is known.
std::string plain_statement(const DocumentTable& table, bool from_sqlite) {
  std::string items;
  bool key_is_written = false;
  for (const DocumentColumn& column : table.columns) {
    const auto is = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), column.name) != names.end();
    };
    items += (items.empty() ? "  " : ",\n  ") + quote_identifier(column.name) + " ";
    if (is(table.identity) && table.primary_key.size() == 1 && is(table.primary_key)) {
      items += "INTEGER PRIMARY KEY AUTOINCREMENT";
      key_is_written = true;
      continue;
    }
    Column written;
    written.name = column.name;
    written.type = column.type;
    written.kind = column.kind;
    items += from_sqlite ? column.type : sqlite_declared_type(written, written.type);
  }
  std::string key;
  for (const std::string& column : table.primary_key)
    key += (key.empty() ? "" : ", ") + quote_identifier(column);
  if (!key_is_written && !key.empty()) items += ",\n  PRIMARY KEY (" + key + ")";
  return "CREATE TABLE " + quote_identifier(table.name) + " (\n" + items + "\n)";
}

[[noreturn]] void refuse(const DocumentTable& table) {
  throw Error(code::kInvalidDocument,
              "the metadata of table \"" + table.name + "\" does not tell how it is made");
}

// A statement that makes this table and nothing else.
bool makes(const sqlite::CreateStatement& statement, const DocumentTable& table) {
  if (statement.table() == nullptr || statement.name != table.name || !statement.schema.empty() ||
      statement.temporary || !statement.table()->select.empty())
    return false;
  const auto& columns = statement.table()->columns;
  return std::all_of(table.columns.begin(), table.columns.end(), [&](const DocumentColumn& one) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const sqlite::TableColumn& column) { return column.name == one.name; });
  });
}

// Whether anything follows the statement.
bool is_one_statement(std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::sqlite);
  sql::Token token = lexer.next_code();
  while (token.kind != sql::TokenKind::end && !token.is(';')) token = lexer.next_code();
  return token.kind == sql::TokenKind::end || lexer.next_code().kind == sql::TokenKind::end;
}

// As the module's catalog would have it.
Table table_of(const sqlite::CreateTable& create, const DocumentTable& described) {
  Table table;
  table.schema = "main";
  table.name = described.name;
  for (const sqlite::TableColumn& one : create.columns) {
    Column& column = table.columns.emplace_back();
    column.name = one.name;
    column.type = one.type;
    column.kind = kind_of_type(one.type);
    column.not_null = one.find(sqlite::ConstraintKind::not_null) != nullptr;
    column.has_default = one.find(sqlite::ConstraintKind::default_value) != nullptr;
    column.generated = one.find(sqlite::ConstraintKind::generated) != nullptr;
    column.identity =
        std::find(described.identity.begin(), described.identity.end(), one.name) != described.identity.end();
  }
  for (const std::string& key : described.primary_key) {
    const std::size_t column = table.find_column(key);
    if (column == Table::npos) refuse(described);
    table.primary_key.push_back(column);
  }
  return table;
}

// Which columns refer to which: they get one type. Keys that do not fit are the translation's business.
void add_references(const sqlite::CreateTable& create, const Metadata& metadata, Table& table) {
  const auto add = [&](const sqlite::Constraint& one) {
    if (one.kind != sqlite::ConstraintKind::foreign_key) return;
    ForeignKey key;
    key.parent_table = one.parent;
    key.parent_columns = one.parent_columns;
    for (const DocumentTable& parent : metadata.tables)
      if (one.parent_columns.empty() && sqlite::same_name(parent.name, one.parent))
        key.parent_columns = parent.primary_key;
    for (const std::string& name : one.columns)
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        if (sqlite::same_name(table.columns[c].name, name)) key.columns.push_back(c);
    table.foreign_keys.push_back(std::move(key));
  };
  for (const sqlite::TableColumn& column : create.columns)
    for (const sqlite::Constraint& one : column.constraints) add(one);
  for (const sqlite::Constraint& one : create.constraints) add(one);
}

SourceTable parsed(const DocumentTable& table, bool from_sqlite) {
  SourceTable source;
  std::vector<std::string> statements = table.create;
  if (statements.empty()) statements.push_back(plain_statement(table, from_sqlite));
  if (!std::all_of(statements.begin(), statements.end(), is_one_statement)) refuse(table);
  source.sql = statements.front();
  try {
    source.statement = sqlite::parse_create(source.sql);
    if (!makes(source.statement, table)) refuse(table);
    source.table = table_of(*source.statement.table(), table);
    for (std::size_t i = 1; i < statements.size(); ++i) {
      sqlite::CreateStatement index = sqlite::parse_create(statements[i]);
      if (index.index() == nullptr || index.index()->table != table.name || !index.schema.empty())
        refuse(table);
      source.indexes.push_back({index.name, std::move(statements[i]), std::move(index)});
    }
  } catch (const Error& error) {
    if (error.code != code::kInvalidArgument) throw;
    refuse(table);
  }
  return source;
}

}  // namespace

SourceTable document_source(const DocumentTable& table, const Metadata& metadata) {
  SourceTable source = parsed(table, metadata.engine == "sqlite");
  add_references(*source.statement.table(), metadata, source.table);
  return source;
}

}  // namespace whimbrel::move
