// Foreign keys that do not fit their parent: SQLite tells them by its message alone, and checks nothing of
// their table.
#pragma once

#include "common/error.h"

namespace whimbrel::sqlite {

inline bool is_key_mismatch(const Error& error) { return error.message.starts_with("foreign key mismatch"); }

}  // namespace whimbrel::sqlite
