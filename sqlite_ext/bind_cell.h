// Cells as values of SQLite: what is bound for each tag.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/schema/affinity.h"
#include "common/value.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Binds cells to the parameters of one statement. What it formats lives in `scratch`, which must be left
// alone until the statement is reset, as must what the cells point to.
class Binder {
 public:
  Binder(sqlite3_stmt* statement, Arena& scratch) : statement_(statement), scratch_(scratch) {}

  // A number goes into a column for text with all its digits.
  void bind(int parameter, const Cell& cell, Affinity affinity = Affinity::none) {
    int result;
    switch (cell.tag) {
      case Tag::absent:
      case Tag::null:
        result = sqlite3_bind_null(statement_, parameter);
        break;
      case Tag::boolean:
      case Tag::integer:
        result = sqlite3_bind_int64(statement_, parameter, cell.integer);
        break;
      case Tag::text:
      case Tag::odd_text:
      case Tag::json:
      case Tag::encoded:
        result = bind_text(parameter, cell.view());
        break;
      default:
        result = bind_formatted(parameter, cell, affinity == Affinity::text);
    }
    if (result != SQLITE_OK) fail(result);
  }

 private:
  int bind_text(int parameter, std::string_view text) {
    return sqlite3_bind_text(statement_, parameter, text.data() == nullptr ? "" : text.data(),
                             static_cast<int>(text.size()), SQLITE_STATIC);
  }
  int bind_formatted(int parameter, const Cell& cell, bool text_column);
  int bind_real(int parameter, double value, bool text_column);
  // Whether the double is the number and not merely near it: its shortest text has the same value.
  bool says_the_same(std::string_view number, double real);
  int bind_number(int parameter, std::string_view number);
  [[noreturn]] void fail(int result);

  sqlite3_stmt* statement_;
  Arena& scratch_;
};

}  // namespace whimbrel::sqlite
