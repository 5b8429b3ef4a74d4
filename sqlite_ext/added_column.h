// What ALTER TABLE … ADD COLUMN demands of the rows that are there: SQLite looks at all of them when the
// column has a CHECK, or is NOT NULL and has no value for them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/sql/lexer.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

struct RowDemand {
  std::string reason;      // "ADD COLUMN n CHECK"
  std::string violations;  // SQL that counts the rows that break it; it may fail, as the expression in it may
};

// `text`: of the statement; `definition`: its tokens from the column's name on; `table`: an identity. What
// cannot be told without calling functions of the application's is left out.
std::vector<RowDemand> demands_of_added_column(sqlite3* db, std::string_view text,
                                               std::span<const sql::Token> definition,
                                               const std::string& table);

}  // namespace whimbrel::sqlite
