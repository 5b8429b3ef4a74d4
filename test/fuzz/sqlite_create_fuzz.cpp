// Fuzzes the reader of SQLite's CREATE statements, which a database file from anywhere may bring: whatever it
// takes, its ranges lie inside of the text, and their expressions are translated or refused with a reason.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/move/expression.h"
#include "common/schema/sqlite/create.h"
#include "test/fuzz/fuzz.h"

namespace {

using whimbrel::fuzz::expect;
using whimbrel::sqlite::Constraint;
using whimbrel::sqlite::CreateStatement;
using whimbrel::sqlite::KeyPart;
using whimbrel::sqlite::Range;

class Check {
 public:
  explicit Check(std::string_view text) : text_(text) {}

  void range(const Range& one) const {
    expect(one.begin <= one.end && one.end <= text_.size(), "a range lies in the text");
  }

  void expression(const Range& one) const {
    range(one);
    if (one.empty()) return;
    const whimbrel::move::Translated translated =
        whimbrel::move::translate_expression(one.of(text_), whimbrel::move::NameScope());
    expect(translated.problem.empty() != translated.sql.empty(), "an expression or the reason why not");
  }

  void key(const std::vector<KeyPart>& parts) const {
    for (const KeyPart& part : parts) {
      range(part.range);
      expression(part.expression);
    }
  }

  void constraints(const std::vector<Constraint>& all) const {
    for (const Constraint& constraint : all) {
      range(constraint.range);
      expression(constraint.expression);
      key(constraint.key);
    }
  }

  void statement(const CreateStatement& made) const {
    range(made.name_range);
    range(made.behind_name);
    if (const auto* table = made.table()) {
      constraints(table->constraints);
      range(table->list);
      range(table->select);
      for (const auto& column : table->columns) {
        range(column.name_range);
        range(column.type_range);
        range(column.range);
        constraints(column.constraints);
      }
    }
    if (const auto* table = made.virtual_table())
      for (const Range& argument : table->arguments) range(argument);
    if (const auto* index = made.index()) {
      range(index->table_range);
      key(index->parts);
      expression(index->where);
    }
    if (const auto* view = made.view()) range(view->select);
    if (const auto* trigger = made.trigger()) {
      range(trigger->table_range);
      range(trigger->body);
      expression(trigger->when);
    }
  }

 private:
  std::string_view text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = whimbrel::fuzz::text_of(data, size);
  try {
    Check(text).statement(whimbrel::sqlite::parse_create(text));
  } catch (const whimbrel::Error&) {
  }
  return 0;
}
