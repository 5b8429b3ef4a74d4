// What cannot run in a transaction, by the first words of its statements: for the tools that look at them
// themselves. The engine has the last word.
#include <array>
#include <vector>

#include "common/migration/forms/text_forms.h"
#include "common/sql/lexer.h"

namespace whimbrel {

namespace {

using Words = std::vector<sql::Token>;

bool word_at(const Words& words, std::size_t index, std::string_view lower) {
  return index < words.size() && words[index].is_word(lower);
}

template <std::size_t N>
bool any_at(const Words& words, std::size_t index, const std::array<std::string_view, N>& choices) {
  for (const std::string_view one : choices)
    if (word_at(words, index, one)) return true;
  return false;
}

// Flyway's patterns, and REINDEX … CONCURRENTLY, which it forgets.
bool is_outside(const Words& words) {
  constexpr std::array<std::string_view, 3> kObjects = {"database", "tablespace", "subscription"};
  constexpr std::array<std::string_view, 3> kReindexed = {"schema", "database", "system"};
  if (word_at(words, 0, "vacuum")) return true;
  if (word_at(words, 0, "discard")) return word_at(words, 1, "all");
  if (word_at(words, 0, "alter")) return word_at(words, 1, "system");
  if (word_at(words, 0, "reindex")) return any_at(words, 1, kReindexed) || word_at(words, 2, "concurrently");
  if (word_at(words, 0, "create") || word_at(words, 0, "drop")) {
    if (any_at(words, 1, kObjects)) return true;
    const std::size_t index = word_at(words, 1, "unique") ? 2 : 1;
    return word_at(words, index, "index") && word_at(words, index + 1, "concurrently");
  }
  return false;
}

}  // namespace

OutsideTransaction find_outside_transaction(std::string_view text, std::string_view engine) {
  constexpr std::size_t kWords = 5;
  sql::Lexer lexer(text, sql::rules_of(engine));
  Words words;
  std::size_t statements = 0;
  std::size_t outside = 0;
  const auto close = [&] {
    if (words.empty()) return;
    ++statements;
    if (is_outside(words)) ++outside;
    words.clear();
  };
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code()) {
    if (token.is(';')) {
      close();
    } else if (words.size() < kWords) {
      words.push_back(token);
    }
  }
  close();
  if (outside == 0) return OutsideTransaction::none;
  return statements == 1 ? OutsideTransaction::only : OutsideTransaction::some;
}

}  // namespace whimbrel
