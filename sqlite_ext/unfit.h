// Statements that no migration can run, wherever it stands in a transaction.
#pragma once

#include <string_view>

#include "sqlite_ext/script.h"

namespace whimbrel::sqlite {

// Throws kUnsupported for one of them; `word` is its first.
void refuse_unfit_statement(std::string_view word, std::string_view sql);

// PRAGMA journal_mode = OFF, one of them.
bool sets_journal_off(const Pragma& pragma);

}  // namespace whimbrel::sqlite
