#include "common/sql/lexer.h"

#include <algorithm>
#include <array>

#include "common/text/ascii.h"

namespace whimbrel::sql {

namespace {

// What a byte can be, as bits.
enum Class : std::uint8_t {
  digit = 1,
  letter = 2,
  word_start = 4,
  word_inside = 8,
  space = 16,
  operator_ = 32
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < classes.size(); ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter) classes[c] |= letter;
    if (is_letter || c == '_' || c >= 0x80) classes[c] |= word_start | word_inside;
    if (c >= '0' && c <= '9') classes[c] |= digit | word_inside;
    if (c == ' ' || (c >= '\t' && c <= '\r')) classes[c] |= space;
  }
  classes['$'] |= word_inside;
  for (const char c : std::string_view("+-*/<>=~!@#%^&|`?"))
    classes[static_cast<unsigned char>(c)] |= operator_;
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool has_class(char c, Class one) { return (kClasses[static_cast<unsigned char>(c)] & one) != 0; }
bool is_digit(char c) { return has_class(c, digit); }
bool is_letter(char c) { return has_class(c, letter); }
bool starts_word(char c) { return has_class(c, word_start); }
bool in_word(char c) { return has_class(c, word_inside); }
bool in_tag(char c) { return in_word(c) && c != '$'; }
bool is_space(char c) { return has_class(c, space); }
bool is_operator(char c) { return has_class(c, operator_); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr std::string_view kBom = "\xEF\xBB\xBF";
// An operator of PostgreSQL may end in + or - only when it holds one of these.
constexpr std::string_view kLongOperatorCharacters = "~!@#%^&|`?";
constexpr std::string_view kSqliteOperators[] = {"->>", "||", "<=", "<>", "<<", ">=", ">>", "==", "!=", "->"};

}  // namespace

Rules rules_of(std::string_view engine) { return engine == "sqlite" ? Rules::sqlite : Rules::postgresql; }

bool Token::has_letters(std::string_view lower) const {
  return std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return to_lower(a) == b; });
}

std::size_t Lexer::end_of_class(std::uint8_t one) const {
  const auto end = std::find_if(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), [one](char c) {
    return (kClasses[static_cast<unsigned char>(c)] & one) == 0;
  });
  return static_cast<std::size_t>(end - text_.begin());
}

void Lexer::begin_statement() {
  depth_ = 0;
  copy_ = Copy::first_word;
}

Token Lexer::next() {
  const std::size_t offset = at_;
  closed_ = true;
  const TokenKind kind = offset >= text_.size() ? TokenKind::end : scan();
  const Token token{kind, offset, {text_.data() + offset, at_ - offset}, closed_};
  if (copy_ != Copy::no || token.is(';')) follow_copy(token);
  return token;
}

TokenKind Lexer::scan() {
  if (copy_data_begins()) return scan_copy_data();
  const char c = peek();
  const bool postgresql = rules_ == Rules::postgresql;
  if (is_space(c) || (at_ == 0 && text_.starts_with(kBom))) {
    skip_space();
    return TokenKind::space;
  }
  if (c == '-' && peek(1) == '-') {
    if (postgresql)
      skip_to_line_end();
    else  // a carriage return is part of the comment
      at_ = std::min(text_.find('\n', at_), text_.size());
    return TokenKind::line_comment;
  }
  if (c == '/' && peek(1) == '*') {
    skip_block_comment();
    return TokenKind::block_comment;
  }
  if (starts_word(c)) return scan_word();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return scan_number();
  switch (c) {
    case '\'':
      skip_quoted('\'', false);
      return TokenKind::string;
    case '"':
      skip_quoted('"', false);
      return TokenKind::quoted_identifier;
    case '\\':
      return scan_client_command();
    case '$':
      return scan_dollar();
    case '[':
      if (postgresql) break;
      skip_quoted(']', false);
      return TokenKind::quoted_identifier;
    case '`':
      if (postgresql) break;
      skip_quoted('`', false);
      return TokenKind::quoted_identifier;
    case '.':
      if (copy_ == Copy::first_word && is_letter(peek(1)) && at_line_start()) return scan_client_command();
      break;
    case ':':
      if (peek(1) == ':' || (postgresql && peek(1) == '=')) {
        at_ += 2;
        return TokenKind::op;
      }
      [[fallthrough]];
    case '@':
    case '#':
      if (postgresql || !in_word(peek(1))) break;
      ++at_;
      while (has(0) && in_word(peek())) ++at_;
      return TokenKind::parameter;
    case '?':
      if (postgresql) break;
      ++at_;
      while (is_digit(peek())) ++at_;
      return TokenKind::parameter;
    default:
      break;
  }
  if (is_operator(c)) return scan_operator();
  ++at_;
  return TokenKind::punctuation;
}

void Lexer::skip_space() {
  if (at_ == 0 && text_.starts_with(kBom)) at_ += kBom.size();
  const std::size_t end = end_of_class(space);
  // The data of a COPY begins at the next line: white space ends there, so that copy_data_begins() is asked.
  const std::size_t line_end = copy_ == Copy::data_follows ? text_.find('\n', at_) : std::string_view::npos;
  at_ = line_end < end ? line_end + 1 : end;
}

void Lexer::skip_to_line_end() { at_ = std::min(text_.find_first_of("\r\n", at_), text_.size()); }

void Lexer::skip_block_comment() {
  std::size_t depth = 1;
  at_ += 2;
  while (depth > 0) {
    at_ = std::min(text_.find_first_of("*/", at_), text_.size());
    if (at_ >= text_.size()) {
      closed_ = false;
      return;
    }
    if (peek() == '*' && peek(1) == '/') {
      --depth;
      at_ += 2;
    } else if (rules_ == Rules::postgresql && peek() == '/' && peek(1) == '*') {
      ++depth;
      at_ += 2;
    } else {
      ++at_;
    }
  }
}

// From the opening quote to behind the closing one; a doubled quote stands for itself (except ] of SQLite).
void Lexer::skip_quoted(char quote, bool backslash) {
  const char stops[] = {quote, '\\'};
  const std::string_view stop(stops, backslash ? 2 : 1);
  ++at_;
  while (true) {
    at_ = std::min(text_.find_first_of(stop, at_), text_.size());
    if (at_ >= text_.size()) {
      closed_ = false;
      return;
    }
    if (peek() == '\\' && backslash) {
      at_ = std::min(at_ + 2, text_.size());
    } else if (peek(1) == quote && quote != ']') {
      at_ += 2;
    } else {
      ++at_;
      return;
    }
  }
}

// E'…' goes on in a next '…' on another line, where backslashes still escape.
void Lexer::skip_escape_string() {
  while (true) {
    skip_quoted('\'', true);
    if (!closed_) return;
    std::size_t look = at_;
    bool line_end = false;
    while (look < text_.size() && is_space(text_[look])) {
      line_end = line_end || text_[look] == '\n' || text_[look] == '\r';
      ++look;
    }
    if (!line_end || look >= text_.size() || text_[look] != '\'') return;
    at_ = look;
  }
}

TokenKind Lexer::scan_word() {
  const char first = to_lower(peek());
  if (peek(1) == '\'') {
    if (rules_ == Rules::postgresql && first == 'e') {
      ++at_;
      skip_escape_string();
      return TokenKind::string;
    }
    if (first == 'x' || (rules_ == Rules::postgresql && (first == 'b' || first == 'n'))) {
      ++at_;
      skip_quoted('\'', false);
      return TokenKind::string;
    }
  }
  if (rules_ == Rules::postgresql && first == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
    at_ += 2;
    const char quote = peek();
    skip_quoted(quote, false);
    return quote == '"' ? TokenKind::quoted_identifier : TokenKind::string;
  }
  at_ = end_of_class(word_inside);
  return TokenKind::word;
}

TokenKind Lexer::scan_number() {
  if (peek() == '0' && (to_lower(peek(1)) == 'x' || to_lower(peek(1)) == 'o' || to_lower(peek(1)) == 'b') &&
      is_hex(peek(2))) {
    at_ += 2;
    while (is_hex(peek()) || peek() == '_') ++at_;
    return TokenKind::number;
  }
  const auto digits = [this] {
    while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) ++at_;
  };
  digits();
  if (peek() == '.' && peek(1) != '.') {  // 1..10 is a range of PL/pgSQL
    ++at_;
    digits();
  }
  if (to_lower(peek()) == 'e') {
    const bool sign = peek(1) == '+' || peek(1) == '-';
    if (is_digit(peek(sign ? 2 : 1))) {
      at_ += sign ? 2 : 1;
      digits();
    }
  }
  return TokenKind::number;
}

TokenKind Lexer::scan_dollar() {
  if (rules_ == Rules::sqlite) {
    ++at_;
    while (has(0) && in_word(peek())) ++at_;
    return TokenKind::parameter;
  }
  if (is_digit(peek(1))) {
    ++at_;
    while (is_digit(peek())) ++at_;
    return TokenKind::parameter;
  }
  std::size_t look = at_ + 1;
  if (look < text_.size() && starts_word(text_[look])) {
    while (look < text_.size() && in_tag(text_[look])) ++look;
  }
  if (look >= text_.size() || text_[look] != '$') {
    ++at_;
    return TokenKind::punctuation;
  }
  const std::string_view delimiter = text_.substr(at_, look + 1 - at_);
  const std::size_t close = text_.find(delimiter, look + 1);
  closed_ = close != std::string_view::npos;
  at_ = closed_ ? close + delimiter.size() : text_.size();
  return TokenKind::string;
}

TokenKind Lexer::scan_operator() {
  if (rules_ == Rules::sqlite) {
    for (std::string_view op : kSqliteOperators) {
      if (text_.substr(at_, op.size()) == op) {
        at_ += op.size();
        return TokenKind::op;
      }
    }
    ++at_;
    return TokenKind::op;
  }
  const std::size_t start = at_;
  while (has(0) && is_operator(peek()) && !(peek() == '-' && peek(1) == '-') &&
         !(peek() == '/' && peek(1) == '*')) {
    ++at_;
  }
  const std::string_view all = text_.substr(start, at_ - start);
  if (all.find_first_of(kLongOperatorCharacters) == std::string_view::npos) {
    while (at_ - start > 1 && (text_[at_ - 1] == '+' || text_[at_ - 1] == '-')) --at_;
  }
  return TokenKind::op;
}

bool Lexer::at_line_start() const {
  std::size_t back = at_;
  while (back > 0 && (text_[back - 1] == ' ' || text_[back - 1] == '\t')) --back;
  return back == 0 || text_[back - 1] == '\n' || text_[back - 1] == '\r' ||
         (back == kBom.size() && text_.starts_with(kBom));
}

TokenKind Lexer::scan_client_command() {
  skip_to_line_end();
  return TokenKind::client_command;
}

bool Lexer::copy_data_begins() const {
  return copy_ == Copy::data_follows && at_ > 0 && text_[at_ - 1] == '\n';
}

TokenKind Lexer::scan_copy_data() {
  while (at_ < text_.size()) {
    const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
    std::string_view line = text_.substr(at_, line_end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = std::min(line_end + 1, text_.size());
    if (line == "\\.") return TokenKind::copy_data;
  }
  closed_ = false;
  return TokenKind::copy_data;
}

// COPY … FROM stdin …; is followed by its data, from the next line on. Of the text before the semicolon only
// the words outside parentheses matter.
void Lexer::follow_copy(const Token& token) {
  if (token.blank()) return;
  if (token.kind == TokenKind::copy_data) return begin_statement();
  if (token.is(';')) {
    const bool data = copy_ == Copy::stdin_;
    begin_statement();
    if (data) copy_ = Copy::data_follows;
    return;
  }
  if (token.kind == TokenKind::client_command) return;
  if (token.is('(')) ++depth_;
  if (token.is(')') && depth_ > 0) --depth_;
  switch (copy_) {
    case Copy::first_word:
      copy_ = token.is_word("copy") ? Copy::copy : Copy::no;
      break;
    case Copy::copy:
      if (depth_ == 0 && token.is_word("from")) copy_ = Copy::from;
      break;
    case Copy::from:
      copy_ = token.is_word("stdin") ? Copy::stdin_ : Copy::no;
      break;
    case Copy::data_follows:
      copy_ = token.is_word("copy") ? Copy::copy : Copy::no;  // something else on the line: no data after all
      break;
    case Copy::no:
    case Copy::stdin_:
      break;
  }
}

std::vector<Token> code_tokens(std::string_view text, Rules rules) {
  std::vector<Token> tokens;
  Lexer lexer(text, rules);
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code())
    tokens.push_back(token);
  return tokens;
}

TextPosition position_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  TextPosition position;
  std::size_t line_start = 0;
  for (std::size_t at = text.find('\n'); at < offset; at = text.find('\n', at + 1)) {
    ++position.line;
    line_start = at + 1;
  }
  if (line_start == 0 && text.starts_with(kBom) && offset >= kBom.size()) line_start = kBom.size();
  for (std::size_t i = line_start; i < offset; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++position.column;
  }
  return position;
}

std::size_t offset_of_character(std::string_view text, std::size_t number) {
  std::size_t at = 0;
  while (number > 1 && at < text.size()) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --number;
  }
  return at;
}

}  // namespace whimbrel::sql
