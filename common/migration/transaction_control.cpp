#include "common/migration/transaction_control.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "common/error.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// In the text of the statement.
sql::Token first_word_of(const Part& part, sql::Rules rules, const Statement& statement) {
  return sql::Lexer(part.text.substr(part.offset + statement.offset, statement.length), rules).next_code();
}

// One that a file may have outside of its transaction: PRAGMA foreign_keys of SQLite works nowhere else.
bool is_setting_alone(const Part& part, sql::Rules rules, const Statement& statement) {
  const sql::Token word = first_word_of(part, rules, statement);
  return word.kind == sql::TokenKind::end || word.is_word("pragma") || word.is_word("set") ||
         word.is_word("reset");
}

// `control` would end or divide the transaction; null: `outside` stands outside of the one that the script
// makes, or `local` sets what ends with it.
[[noreturn]] void refuse_control(const Part& part, sql::Rules rules, const std::vector<Statement>& statements,
                                 const Statement* control, const Statement* outside, const Statement* local) {
  const auto first_word = [&](const Statement& statement) {
    sql::Token word = first_word_of(part, rules, statement);
    word.offset += part.offset + statement.offset;
    return word;
  };
  std::string detail =
      "The migration runs inside the caller's transaction, which this statement would end or divide.";
  std::string_view hint = "Remove it: a migration that fails leaves nothing behind.";
  if (control == nullptr) {
    control = &*std::ranges::find_if(
        statements, [](const Statement& one) { return one.control != Statement::Control::none; });
    detail = local != nullptr && (outside == nullptr || part.own_transactions)
                 ? at_line(part.subject, part.text, first_word(*local).offset) +
                       " sets what ends with a COMMIT, and would hold behind it."
                 : at_line(part.subject, part.text, first_word(*outside).offset) +
                       " has a statement outside of the transaction that the migration makes for itself.";
    hint =
        "Remove the BEGIN and COMMIT: all of a migration is one transaction, but for what cannot run in one.";
  }
  const sql::Token word = first_word(*control);
  std::string name(word.text);
  std::ranges::transform(name, name.begin(), to_upper);
  throw Error(code::kTransactionControl,
              at_line(part.subject, part.text, word.offset) + ": " + name + " is not allowed in a migration",
              std::move(detail), std::string(hint));
}

}  // namespace

std::string leave_out_control(const Part& part, sql::Rules rules, std::vector<Statement>& statements) {
  using Control = Statement::Control;
  if (std::none_of(statements.begin(), statements.end(),
                   [](const Statement& one) { return one.control != Control::none; }))
    return {};
  std::size_t transactions = 0;
  const Statement* begun = nullptr;    // the BEGIN that is open
  const Statement* control = nullptr;  // the first that divides the script
  const Statement* outside = nullptr;  // the first that stands outside of its transactions
  const Statement* local = nullptr;    // the first that sets what a COMMIT ends
  for (const Statement& statement : statements) {
    const bool last = &statement == &statements.back();
    const bool ends = statement.control == Control::commit ||
                      (part.by_running && last && statement.control == Control::rollback);
    const bool idle = last && statement.control == Control::rollback && transactions != 0;
    if (statement.control == Control::none) {
      if (outside == nullptr && begun == nullptr && !is_setting_alone(part, rules, statement))
        outside = &statement;
      if (local == nullptr && statement.sets == Statement::Sets::transaction) local = &statement;
    } else if (begun != nullptr ? ends : statement.control == Control::begin) {
      transactions += begun != nullptr ? 0 : 1;
      begun = begun != nullptr ? nullptr : &statement;
    } else if (control == nullptr && (begun != nullptr || !idle)) {
      control = &statement;
    }
  }
  if (control == nullptr) control = begun;
  const bool outlives = local != nullptr && (transactions > 1 || outside != nullptr);
  if (control == nullptr && !outlives && (outside == nullptr || part.own_transactions)) {
    std::erase_if(statements, [](const Statement& one) { return one.control != Control::none; });
    if (part.by_running) return {};
    const std::string left_out =
        transactions == 1 && outside == nullptr
            ? "the BEGIN and COMMIT around it are left out, since it runs"
            : "the BEGIN and COMMIT of its " +
                  (transactions == 1 ? "transaction" : std::to_string(transactions) + " transactions") +
                  " are left out, since all of it runs";
    return part.subject + ": " + left_out + " inside a transaction";
  }
  refuse_control(part, rules, statements, control, outside, outlives ? local : nullptr);
}

}  // namespace whimbrel
