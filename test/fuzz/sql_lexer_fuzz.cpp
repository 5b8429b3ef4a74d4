// Fuzzes the SQL lexer: whatever the text, its tokens are the text, byte for byte, under the rules of both
// engines, and positions count to the same place both ways.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/sql/lexer.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::fuzz::expect;
using whimbrel::sql::Lexer;
using whimbrel::sql::Rules;
using whimbrel::sql::Token;
using whimbrel::sql::TokenKind;

void check(std::string_view text, Rules rules) {
  Lexer lexer(text, rules);
  std::vector<Token> code;
  std::size_t end = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    expect(token.offset == end, "tokens have no gap between them");
    expect(token.length() > 0, "a token has a length");
    expect(token.text.data() == text.data() + token.offset, "a token is a view of the text");
    expect(token.closed || token.end() == text.size(), "only the text's end cuts a token off");
    end = token.end();
    if (!token.blank()) code.push_back(token);
  }
  expect(end == text.size(), "the tokens are the whole text");
  expect(lexer.next().kind == TokenKind::end, "behind the end is the end");
  const std::vector<Token> again = whimbrel::sql::code_tokens(text, rules);
  expect(again.size() == code.size(), "white space and comments alone are left out");
  for (std::size_t i = 0; i < code.size(); ++i)
    expect(again[i].offset == code[i].offset && again[i].kind == code[i].kind, "the same tokens each time");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = whimbrel::fuzz::text_of(data, size);
  check(text, Rules::postgresql);
  check(text, Rules::sqlite);
  expect(whimbrel::sql::offset_of_character(text, 1) == 0, "the first character is at the beginning");
  expect(whimbrel::sql::offset_of_character(text, size + 2) <= size, "no character is behind the end");
  return 0;
}
