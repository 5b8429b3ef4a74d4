#include "common/schema/sqlite/named_tables.h"

#include <set>

#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;
using sql::TokenKind;

// Inside one pair of parentheses.
struct Level {
  bool in_from = false;   // commas separate tables
  bool expected = false;  // the next name is a table's
};

bool is_one_of(const Token& token, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (token.is_word(word)) return true;
  return false;
}

// name [ (columns) ] AS [NOT] [MATERIALIZED] ( : of a WITH.
bool names_with(TokenCursor& cursor) {
  const std::size_t place = cursor.place();
  cursor.take();
  if (cursor.peek().is('(')) cursor.group();
  bool with = cursor.word("as");
  cursor.word("not");
  cursor.word("materialized");
  with = with && cursor.peek().is('(');
  cursor.go_to(place);
  return with;
}

// `group()` throws where a parenthesis is not closed.
bool is_balanced(TokenCursor& cursor) {
  int depth = 0;
  for (std::size_t ahead = 0; cursor.peek(ahead).kind != TokenKind::end; ++ahead) {
    depth += cursor.peek(ahead).is('(') ? 1 : cursor.peek(ahead).is(')') ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth == 0;
}

class Finder {
 public:
  explicit Finder(std::string_view sql) : cursor_(sql, Whole::yes) {}

  std::vector<std::string> find() {
    if (!is_balanced(cursor_)) return {};
    levels_.emplace_back();
    while (!cursor_.at_end()) step();
    std::vector<std::string> names;
    for (const std::string& name : tables_)
      if (!hidden_.contains(name)) names.push_back(name);
    return names;
  }

 private:
  void step() {
    const Token& token = cursor_.peek();
    Level& level = levels_.back();
    if (token.is('(')) {
      const Level inner{level.expected, level.expected};  // FROM (a, b)
      levels_.push_back(inner);
    } else if (token.is(')')) {
      levels_.pop_back();
      levels_.back().expected = false;
    } else if (token.is(',')) {
      level.expected = level.in_from;
    } else if (is_one_of(token, {"from", "join"})) {
      level.in_from = level.expected = true;
    } else if (is_one_of(token, {"into", "update", "in"})) {
      level.expected = true;
      level.in_from = false;
    } else if (level.expected && is_one_of(token, {"or", "of"})) {  // UPDATE OR IGNORE t
      cursor_.take();
    } else if (is_one_of(token, {"where", "group", "order", "having", "limit", "union", "except", "intersect",
                                 "select", "set", "values", "window", "returning", "with"}) ||
               token.is(';')) {
      level = Level();
    } else if (is_name(token)) {
      take_name(level);
      return;
    } else {
      level.expected = false;
    }
    cursor_.take();
  }

  void take_name(Level& level) {
    if (names_with(cursor_)) {
      hidden_.insert(lower_name(name_of(cursor_.peek())));
      level.expected = false;
    }
    if (!level.expected) {
      cursor_.take();
      return;
    }
    std::string name = name_of(cursor_.take());
    if (cursor_.mark('.') && is_name(cursor_.peek())) name = name_of(cursor_.take());
    tables_.insert(lower_name(name));
    level.expected = false;
  }

  TokenCursor cursor_;
  std::vector<Level> levels_;
  std::set<std::string> tables_, hidden_;
};

}  // namespace

std::vector<std::string> named_tables(std::string_view sql) { return Finder(sql).find(); }

}  // namespace whimbrel::sqlite
