// The lexical rules of SQL, of both engines: where comments, strings, identifiers, numbers and operators
// begin and end, and what in a script is not SQL at all (commands of psql or of the sqlite3 shell, data after
// COPY ... FROM stdin). It knows words, not grammar: whoever wants statements of PostgreSQL asks PostgreSQL's
// own parser. Every byte of the text belongs to exactly one token; nothing is an error here, and nothing is
// copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace whimbrel::sql {

// Where the rules differ: nested comments, E'…', dollar quotes and long operators are PostgreSQL's; [name],
// `name` and :name are SQLite's.
enum class Rules : std::uint8_t { postgresql, sqlite };

// The rules of Dialect::engine.
Rules rules_of(std::string_view engine);

enum class TokenKind : std::uint8_t {
  end,                // of the text: empty, again and again
  space,              // white space, line ends, a BOM at offset 0
  line_comment,       // -- … without its line end
  block_comment,      // /* … */
  word,               // keyword or bare identifier
  quoted_identifier,  // "…", U&"…"; SQLite: […] and `…` too
  string,             // '…', E'…', B'…', X'…', N'…', U&'…', $tag$…$tag$
  number,             // 1, 1.5e-3, .5, 0xff
  parameter,          // $1; SQLite: ?, ?1, :name, @name, $name
  op,                 // operator: +, ||, ->>, ::
  punctuation,        // ( ) [ ] , ; . and every byte that no rule knows
  client_command,     // \… to the end of the line; a line .name … where a statement may begin
  copy_data,          // the lines after COPY … FROM stdin; with the line \. and its line end
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::string_view text;
  bool closed =
      true;  // false: a string, quoted identifier, block comment or copy_data that the text's end cut off

  std::size_t length() const { return text.size(); }
  std::size_t end() const { return offset + text.size(); }
  bool blank() const {
    return kind == TokenKind::space || kind == TokenKind::line_comment || kind == TokenKind::block_comment;
  }
  bool is(char mark) const { return kind == TokenKind::punctuation && text.size() == 1 && text[0] == mark; }
  // A bare word, whatever its case; `lower` is in lower case.
  bool is_word(std::string_view lower) const {
    return kind == TokenKind::word && text.size() == lower.size() && has_letters(lower);
  }

 private:
  bool has_letters(std::string_view lower) const;
};

class Lexer {
 public:
  // `text` must outlive the lexer and its tokens.
  explicit Lexer(std::string_view text, Rules rules = Rules::postgresql) : text_(text), rules_(rules) {}

  // The next token, TokenKind::end at the end.
  Token next();
  // The next token that is neither white space nor comment.
  Token next_code() {
    Token token = next();
    while (token.blank()) token = next();
    return token;
  }
  // Other rules from the next token on: a file may hold parts for both engines. A statement begins there.
  void switch_rules(Rules rules) {
    rules_ = rules;
    begin_statement();
  }
  std::size_t offset() const { return at_; }

 private:
  enum class Copy : std::uint8_t { no, first_word, copy, from, stdin_, data_follows };

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool has(std::size_t ahead) const { return at_ + ahead < text_.size(); }
  bool at_line_start() const;
  std::size_t end_of_class(std::uint8_t one) const;  // where the bytes of a class that begin here end
  bool copy_data_begins() const;
  void begin_statement();
  void follow_copy(const Token& token);

  TokenKind scan();
  TokenKind scan_word();
  TokenKind scan_number();
  TokenKind scan_operator();
  TokenKind scan_dollar();
  TokenKind scan_copy_data();
  TokenKind scan_client_command();
  void skip_space();
  void skip_block_comment();
  void skip_to_line_end();
  void skip_quoted(char quote, bool backslash);
  void skip_escape_string();

  std::string_view text_;
  Rules rules_;
  std::size_t at_ = 0;
  bool closed_ = true;
  std::size_t depth_ = 0;  // of parentheses in the current statement
  Copy copy_ = Copy::first_word;
};

// All tokens of a text but white space and comments.
std::vector<Token> code_tokens(std::string_view text, Rules rules);

// Line and column (in characters) of a byte offset, both from 1. It counts from the text's start: for
// messages.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};
TextPosition position_at(std::string_view text, std::size_t offset);

// Byte offset of the character with this number (1-based), at most text.size().
std::size_t offset_of_character(std::string_view text, std::size_t number);

}  // namespace whimbrel::sql
