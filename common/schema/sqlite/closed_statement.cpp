#include "common/schema/sqlite/closed_statement.h"

#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

std::string closed_statement(std::string_view sql) {
  std::string text(sql);
  sql::Lexer lexer(sql, sql::Rules::sqlite);
  sql::Token last;
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) last = token;
  if (last.kind == sql::TokenKind::line_comment) text += '\n';
  if (last.kind == sql::TokenKind::block_comment && !last.closed) text += "*/";
  return text;
}

}  // namespace whimbrel::sqlite
