// The tokens of one statement of SQLite and a place among them, for those who read SQL by its words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/schema/sqlite/create.h"
#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

// Whether SQLite takes the token where it wants a name: a word, "x", [x], `x` or 'x'.
bool is_name(const sql::Token& token);
// Up to the closing quote where the text begins with one: quotes off, doubled ones single. Else as it is.
std::string unquoted(std::string_view text);
// The name that such a token stands for.
std::string name_of(const sql::Token& token);

// Whether semicolons are tokens like others.
enum class Whole : std::uint8_t { no, yes };

class TokenCursor {
 public:
  // Up to the first semicolon (of CREATE TRIGGER: with those in it), or the whole text.
  explicit TokenCursor(std::string_view sql, Whole whole = Whole::no);

  std::string_view text() const { return text_; }
  // The token `ahead` of the current one; behind the last one TokenKind::end.
  const sql::Token& peek(std::size_t ahead = 0) const;
  const sql::Token& take();
  const sql::Token& at(std::size_t place) const { return tokens_[place]; }
  bool at_end() const { return at_ + 1 >= tokens_.size(); }
  std::size_t place() const { return at_; }
  void go_to(std::size_t place) { at_ = place; }

  bool at_word(std::string_view lower, std::size_t ahead = 0) const { return peek(ahead).is_word(lower); }
  // Steps over the word if it is there.
  bool word(std::string_view lower);
  bool words(std::string_view first, std::string_view second);
  bool mark(char c);
  void expect_word(std::string_view lower);
  void expect_mark(char c);
  std::string expect_name();

  // Offset of the current token, and of the end of the one before it: the two ends of a Range.
  std::size_t begin_here() const { return peek().offset; }
  std::size_t end_here() const { return at_ == 0 ? 0 : tokens_[at_ - 1].end(); }
  Range since(std::size_t begin) const { return {begin, begin > end_here() ? begin : end_here()}; }

  // From "(" to behind its ")"; the range is what lies between them, by its tokens.
  Range group();
  // One part of a list: up to the next comma or closing parenthesis outside of parentheses, which stays.
  Range item();

  // Throws kInvalidArgument: the current token is not what belongs there.
  [[noreturn]] void fail(std::string_view wanted) const;

 private:
  std::string_view text_;
  std::vector<sql::Token> tokens_;  // the last one is TokenKind::end
  std::size_t at_ = 0;
};

}  // namespace whimbrel::sqlite
