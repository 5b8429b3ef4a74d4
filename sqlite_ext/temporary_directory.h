// Where files go that are gone when a call ends.
#pragma once

#include <string>

namespace whimbrel::sqlite {

// As SQLite looks for one itself: the first that is there and takes files, the present one at last. What a
// variable names is never made: it may be mistyped, and nobody would remove it.
std::string temporary_directory();

}  // namespace whimbrel::sqlite
