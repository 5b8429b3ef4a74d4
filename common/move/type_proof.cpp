#include "common/move/type_proof.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/schema/kind.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

struct Unproven {};  // thrown inside this file only

enum class Sort : std::uint8_t {
  integer,
  numeric,
  real,
  text,
  literal,  // a string whose type is what stands beside it
  boolean,
  null,
  other,  // of any other type: there, and nothing else
};

bool is_a_number(Sort sort) { return sort == Sort::integer || sort == Sort::numeric || sort == Sort::real; }
bool is_a_text(Sort sort) { return sort == Sort::text || sort == Sort::literal; }

// What two values are together, where one is compared with the other or takes its place.
Sort together(Sort a, Sort b) {
  if (a == Sort::null) return b;
  if (b == Sort::null) return a;
  if (is_a_number(a) && is_a_number(b)) return std::max(a, b);
  if (is_a_text(a) && is_a_text(b)) return Sort::text;
  if (a == Sort::boolean && b == Sort::boolean) return a;
  throw Unproven{};
}

Sort sort_of_type(std::string_view type) {
  switch (kind_of_type(type)) {
    case Kind::integer:
      return Sort::integer;
    case Kind::numeric:
      return Sort::numeric;
    case Kind::real:
      return Sort::real;
    case Kind::text:
      return Sort::text;
    case Kind::boolean:
      return Sort::boolean;
    default:
      return Sort::other;
  }
}

struct ProvenFunction {
  std::string_view name;
  std::string_view arguments;  // n: number, i: a literal of one, t: text; the last ones may be missing
  std::size_t least;
  Sort result;
};
constexpr ProvenFunction kProvenFunctions[] = {
    {"abs", "n", 1, Sort::real},     {"btrim", "tt", 1, Sort::text},     {"ceil", "n", 1, Sort::real},
    {"ceiling", "n", 1, Sort::real}, {"floor", "n", 1, Sort::real},      {"length", "t", 1, Sort::integer},
    {"lower", "t", 1, Sort::text},   {"ltrim", "tt", 1, Sort::text},     {"replace", "ttt", 3, Sort::text},
    {"rtrim", "tt", 1, Sort::text},  {"strpos", "tt", 2, Sort::integer}, {"substr", "tii", 2, Sort::text},
    {"upper", "t", 1, Sort::text},
};

// One method for each level of PostgreSQL's operators, the weakest first.
class Prover {
 public:
  Prover(std::string_view text, const NameScope& scope)
      : tokens_(sql::code_tokens(text, sql::Rules::postgresql)) {
    for (const auto& [source, column] : scope.columns) columns_.emplace(column.name, column.type);
  }

  Sort run() {
    const Sort sort = disjunction();
    if (at_ < tokens_.size()) throw Unproven{};
    return sort;
  }

 private:
  const Token& peek() const {
    static constexpr Token kEnd{};
    return at_ < tokens_.size() ? tokens_[at_] : kEnd;
  }
  bool word(std::string_view lower) {
    if (!peek().is_word(lower)) return false;
    ++at_;
    return true;
  }
  bool mark(std::string_view text) {
    if (peek().text != text) return false;
    ++at_;
    return true;
  }
  std::string_view one_of(std::initializer_list<std::string_view> marks) {
    for (const std::string_view one : marks)
      if (mark(one)) return one;
    return {};
  }
  void expect(bool there) {
    if (!there) throw Unproven{};
  }
  void expect_condition(Sort sort) { expect(sort == Sort::boolean || sort == Sort::null); }

  Sort disjunction() {
    return joined("or", [this] { return conjunction(); });
  }
  Sort conjunction() {
    return joined("and", [this] { return negation(); });
  }

  template <typename Part>
  Sort joined(std::string_view with, Part&& part) {
    Sort sort = part();
    while (word(with)) {
      expect_condition(sort);
      expect_condition(part());
      sort = Sort::boolean;
    }
    return sort;
  }

  Sort negation() {
    if (!word("not")) return test();
    expect_condition(negation());
    return Sort::boolean;
  }

  Sort test() {
    Sort sort = comparison();
    for (;; sort = Sort::boolean) {
      if (word("isnull") || word("notnull")) continue;
      if (!word("is")) return sort;
      word("not");
      if (word("null")) continue;
      if (word("distinct")) {
        expect(word("from"));
        together(sort, comparison());
      } else {
        expect_condition(sort);
        expect(word("true") || word("false"));
      }
    }
  }

  Sort comparison() {
    const Sort left = membership();
    if (one_of({"=", "<>", "!=", "<=", ">=", "<", ">"}).empty()) return left;
    together(left, membership());
    return Sort::boolean;
  }

  Sort membership() {
    const Sort left = concatenation();
    const bool negated = word("not");
    if (word("between")) {
      together(left, concatenation());
      expect(word("and"));
      together(left, concatenation());
    } else if (word("in")) {
      expect(mark("("));
      do {
        together(left, concatenation());
      } while (mark(","));
      expect(mark(")"));
    } else if (word("ilike") || !one_of({"~", "!~"}).empty()) {
      expect(left == Sort::text && is_a_text(concatenation()));
    } else {
      expect(!negated);
      return left;
    }
    return Sort::boolean;
  }

  Sort concatenation() {
    Sort sort = sum();
    while (mark("||")) {
      expect(is_a_text(sort) && is_a_text(sum()));
      sort = Sort::text;
    }
    return sort;
  }

  Sort sum() {
    Sort sort = product();
    while (!one_of({"+", "-"}).empty()) sort = calculated(sort, product());
    return sort;
  }

  Sort product() {
    Sort sort = operand();
    for (;;) {
      const std::string_view sign = one_of({"*", "/", "%"});
      if (sign.empty()) return sort;
      sort = calculated(sort, operand());
      expect(sign != "%" || sort != Sort::real);
    }
  }

  Sort calculated(Sort a, Sort b) {
    expect(is_a_number(a) && is_a_number(b));
    return std::max(a, b);
  }

  Sort operand() {
    if (!one_of({"-", "+"}).empty()) {
      const Sort sort = operand();
      expect(is_a_number(sort));
      return sort;
    }
    Sort sort = value();
    while (mark("::")) sort = cast(sort);
    return sort;
  }

  // Those that cannot fail.
  Sort cast(Sort from) {
    if (word("text")) {
      expect(from != Sort::other);
      return Sort::text;
    }
    expect(is_a_number(from));
    if (word("integer") || word("bigint")) return Sort::integer;
    if (word("numeric")) return Sort::numeric;
    expect(word("double") && word("precision"));
    return Sort::real;
  }

  Sort value() {
    const Token token = peek();
    if (token.kind == TokenKind::number) {
      ++at_;
      return token.text.find_first_not_of("0123456789") == std::string_view::npos ? Sort::integer
                                                                                  : Sort::numeric;
    }
    if (token.kind == TokenKind::string && token.text[0] == '\'') {
      ++at_;
      return Sort::literal;
    }
    if (token.kind == TokenKind::quoted_identifier) {
      ++at_;
      const auto column = columns_.find(sqlite::unquoted(token.text));
      expect(column != columns_.end());
      return sort_of_type(column->second);
    }
    if (mark("(")) {
      const Sort sort = disjunction();
      expect(mark(")"));
      return sort;
    }
    if (word("null")) return Sort::null;
    if (word("true") || word("false")) return Sort::boolean;
    if (word("cast")) {
      expect(mark("("));
      const Sort from = disjunction();
      expect(word("as"));
      const Sort to = cast(from);
      expect(mark(")"));
      return to;
    }
    if (word("coalesce") || word("nullif")) return alike();
    return call();
  }

  Sort alike() {
    expect(mark("("));
    Sort sort = disjunction();
    while (mark(",")) sort = together(sort, disjunction());
    expect(mark(")"));
    return sort;
  }

  Sort call() {
    for (const ProvenFunction& function : kProvenFunctions) {
      if (!word(function.name)) continue;
      expect(mark("("));
      std::size_t count = 0;
      do {
        expect(count < function.arguments.size());
        const char wanted = function.arguments[count++];
        if (wanted == 'i') {
          mark("-");
          expect(peek().kind == TokenKind::number && value() == Sort::integer);
          continue;
        }
        const Sort given = disjunction();
        expect(wanted == 't' ? is_a_text(given) : is_a_number(given));
      } while (mark(","));
      expect(count >= function.least && mark(")"));
      return function.result;
    }
    throw Unproven{};
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::map<std::string, std::string> columns_;  // to their types
};

std::optional<Sort> proven_sort(std::string_view sql, const NameScope& scope) {
  try {
    return Prover(sql, scope).run();
  } catch (const Unproven&) {
    return std::nullopt;
  }
}

}  // namespace

bool is_surely_condition(std::string_view sql, const NameScope& scope) {
  const auto sort = proven_sort(sql, scope);
  return sort == Sort::boolean || sort == Sort::null;
}

bool is_surely_value(std::string_view sql, const NameScope& scope) {
  const auto sort = proven_sort(sql, scope);
  return sort && *sort != Sort::other && *sort != Sort::null;
}

bool surely_fits(std::string_view sql, const NameScope& scope, std::string_view type) {
  const auto sort = proven_sort(sql, scope);
  if (!sort || *sort == Sort::other) return false;
  const Sort wanted = sort_of_type(type);
  if (*sort == Sort::null || wanted == Sort::text) return true;
  return is_a_number(wanted) ? is_a_number(*sort) : wanted == Sort::boolean && *sort == Sort::boolean;
}

}  // namespace whimbrel::move
