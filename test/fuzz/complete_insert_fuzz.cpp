// Fuzzes the reader of our own INSERT statements: what it takes is one statement and nothing else, so that no
// word of a changed file is passed over. The first letter chooses the engine, S for SQLite.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/cell_copy.h"
#include "common/complete/insert_reader.h"
#include "common/sql/lexer.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::Cell;
using whimbrel::Kind;
using whimbrel::SqlEngine;
using whimbrel::fuzz::expect;

whimbrel::Schema make_schema(bool sqlite) {
  whimbrel::Table table;
  table.schema = sqlite ? "main" : "public";
  table.name = "t";
  for (const Kind kind : {Kind::integer, Kind::numeric, Kind::real, Kind::boolean, Kind::text, Kind::bytes,
                          Kind::timestamptz, Kind::date, Kind::uuid, Kind::jsonb}) {
    whimbrel::Column column;
    column.name = "c" + std::to_string(table.columns.size());
    column.kind = sqlite ? Kind::any : kind;
    table.columns.push_back(column);
  }
  whimbrel::Schema schema;
  schema.add(std::move(table));
  return schema;
}

bool may_stand_there(const whimbrel::sql::Token& token) {
  using whimbrel::sql::TokenKind;
  for (const std::string_view word :
       {"insert", "into", "values", "null", "true", "false", "cast", "as", "text", "replace", "char"})
    if (token.is_word(word)) return true;
  return token.kind == TokenKind::string || token.kind == TokenKind::quoted_identifier ||
         token.kind == TokenKind::number || token.is('(') || token.is(')') || token.is(',') ||
         token.is('.') || token.text == "-";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool sqlite = data[0] == 'S';
  const std::string statement(whimbrel::fuzz::text_of(data + 1, size - 1));
  const whimbrel::Schema schema = make_schema(sqlite);
  whimbrel::InsertReader reader(sqlite ? SqlEngine::sqlite : SqlEngine::postgresql, schema);
  if (!reader.read_head(statement)) return 0;
  std::vector<Cell> cells;
  whimbrel::Arena arena;
  if (!reader.read_rows(statement, cells, arena)) return 0;
  expect(!cells.empty() && cells.size() % reader.columns().size() == 0, "rows are whole");
  std::size_t bytes = 0;
  for (const Cell& cell : cells)
    if (whimbrel::points_to_value(cell.tag))
      for (const char c : cell.view()) bytes += c != '\0' ? 1 : 0;
  expect(bytes <= statement.size(), "values come out of the statement");
  using whimbrel::sql::Rules;
  const std::vector<whimbrel::sql::Token> tokens =
      whimbrel::sql::code_tokens(statement, sqlite ? Rules::sqlite : Rules::postgresql);
  for (const whimbrel::sql::Token& token : tokens) {
    const bool last = &token == &tokens.back();
    expect(last ? token.is(';') : may_stand_there(token), "nothing else stands in the statement");
  }
  return 0;
}
