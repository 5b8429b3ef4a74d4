#include "sqlite_ext/added_column.h"

#include <algorithm>
#include <array>
#include <optional>

#include "common/schema/affinity.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/normal_text.h"
#include "common/schema/sqlite/token_cursor.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;
using sql::TokenKind;

template <std::size_t size>
bool is_any(const Token& token, const std::array<std::string_view, size>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return token.is_word(word); });
}

// What a CHECK may call without more being done than to look: what SQLite itself brings, and what has no
// effect.
bool is_harmless_function(sqlite3* db, std::string_view name) {
  constexpr int kDeterministic = 0x800;
  static_assert(kDeterministic == SQLITE_DETERMINISTIC);
  Prepared query(db,
                 "SELECT min(builtin AND flags & 0x800) FROM pragma_function_list WHERE name = ?1 COLLATE "
                 "NOCASE");
  sqlite3_bind_text(query.handle(), 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
  return query.step() && query.integer(0) != 0;
}

bool is_harmless(sqlite3* db, std::string_view expression) {
  constexpr std::array<std::string_view, 4> kRefused = {"select", "raise", "match", "regexp"};
  const std::vector<Token> tokens = sql::code_tokens(expression, sql::Rules::sqlite);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (is_any(token, kRefused)) return false;
    const bool called = i + 1 < tokens.size() && tokens[i + 1].is('(');
    if (!called || (token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier)) continue;
    const std::string name = name_of(token);
    const bool keyword = token.kind == TokenKind::word &&
                         sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) != 0;
    if (!keyword && !is_harmless_function(db, name)) return false;
  }
  return true;
}

// How a column of this type changes what is stored in it, and what it is compared with.
struct Coercion {
  std::string_view cast;     // empty: not at all
  std::string_view unmoved;  // types of values that it leaves as they are
};

Coercion coercion_of(std::string_view type) {
  constexpr std::string_view kNumbers = "('integer', 'real', 'null')";
  switch (affinity_of(type)) {
    case Affinity::none:
      return {};
    case Affinity::text:
      return {"TEXT", "('text', 'null')"};
    case Affinity::real:
      return {"REAL", kNumbers};
    default:
      return {"NUMERIC", kNumbers};
  }
}

class Definition {
 public:
  Definition(std::string_view text, std::span<const Token> tokens) : text_(text), tokens_(tokens) {
    column_ = shown_name(name_of(tokens_[0]));
    at_ = 1;
    read_type();
    while (at_ < tokens_.size()) read_constraint();
  }

  std::vector<RowDemand> demands(sqlite3* db, const std::string& table) const {
    std::vector<RowDemand> demands;
    const std::string value = generated_.empty() ? default_.value_or("") : "(" + generated_ + ")";
    const bool known = !value.empty() && is_harmless(db, value);
    if (not_null_ && generated_.empty() && is_null_)
      demands.push_back(
          {"ADD COLUMN " + column_ + " NOT NULL without a default", "SELECT count(*) FROM main." + table});
    if (not_null_ && !generated_.empty() && known)
      demands.push_back({"ADD COLUMN " + column_ + " NOT NULL",
                         "SELECT count(*) FROM main." + table + " WHERE " + value + " IS NULL"});
    for (const std::string& check : checks_)
      if (known && is_harmless(db, check))
        demands.push_back({"ADD COLUMN " + column_ + " CHECK", broken(table, value, check)});
    return demands;
  }

 private:
  bool at(std::string_view word) const { return at_ < tokens_.size() && tokens_[at_].is_word(word); }

  // What stands in parentheses, without them; empty without any.
  std::string group() {
    if (at_ >= tokens_.size() || !tokens_[at_].is('(')) return {};
    const std::size_t begin = tokens_[at_].end();
    std::size_t depth = 0;
    for (; at_ < tokens_.size(); ++at_) {
      if (tokens_[at_].is('(')) ++depth;
      if (tokens_[at_].is(')') && --depth == 0)
        return std::string(text_.substr(begin, tokens_[at_++].offset - begin));
    }
    return {};
  }

  void read_type() {
    constexpr std::array<std::string_view, 11> kConstraints = {
        "constraint", "not",       "null", "check",   "default", "collate",
        "references", "generated", "as",   "primary", "unique"};
    for (; at_ < tokens_.size() && !tokens_[at_].is('(') && !is_any(tokens_[at_], kConstraints); ++at_)
      type_ += lower_name(name_of(tokens_[at_])) + " ";
    group();
  }

  void read_constraint() {
    const Token& word = tokens_[at_++];
    if (word.is_word("not") && at("null")) {
      not_null_ = true;
    } else if (word.is_word("check")) {
      if (std::string check = group(); !check.empty()) checks_.push_back(std::move(check));
    } else if (word.is_word("as")) {
      generated_ = group();
    } else if (word.is_word("default")) {
      read_default();
    } else if (word.is_word("collate") && at_ < tokens_.size()) {
      collation_ = tokens_[at_++].text;
    } else if (word.is_word("set") || word.is_word("constraint")) {
      ++at_;  // of REFERENCES: SET NULL, SET DEFAULT; and a name
    }
  }

  // A literal, or what stands in parentheses; of all else nothing is known.
  void read_default() {
    constexpr std::array<std::string_view, 3> kWords = {"null", "true", "false"};
    is_null_ = at("null");
    default_.reset();
    if (std::string inside = group(); !inside.empty()) {
      default_ = "(" + inside + ")";
      return;
    }
    std::string sign;
    if (at_ < tokens_.size() && (tokens_[at_].text == "-" || tokens_[at_].text == "+"))
      sign = tokens_[at_++].text;
    if (at_ >= tokens_.size()) return;
    const Token& value = tokens_[at_++];
    if (value.kind == TokenKind::number || value.kind == TokenKind::string || is_any(value, kWords))
      default_ = sign + std::string(value.text);
  }

  // The rows as they will be, the column among them, for which the CHECK is false.
  std::string broken(const std::string& table, const std::string& value, const std::string& check) const {
    const Coercion coercion = coercion_of(type_);
    std::string typed = coercion.cast.empty() ? "+(" + value + ")"
                                              : "CAST(" + value + " AS " + std::string(coercion.cast) + ")";
    if (!collation_.empty()) typed += " COLLATE " + collation_;
    std::string sql = "SELECT count(*) FROM (SELECT *, " + typed + " AS " + column_ + " FROM main." + table;
    if (!coercion.unmoved.empty()) sql += " WHERE typeof(" + value + ") IN " + std::string(coercion.unmoved);
    return sql + ") AS " + table + " WHERE NOT (" + check + ")";
  }

  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
  std::string column_, type_, collation_, generated_;
  std::optional<std::string> default_ = "NULL";
  std::vector<std::string> checks_;
  bool not_null_ = false, is_null_ = true;
};

}  // namespace

std::vector<RowDemand> demands_of_added_column(sqlite3* db, std::string_view text,
                                               std::span<const sql::Token> definition,
                                               const std::string& table) {
  if (definition.empty()) return {};
  return Definition(text, definition).demands(db, table);
}

}  // namespace whimbrel::sqlite
