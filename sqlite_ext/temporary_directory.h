// Where files go that are gone when a call ends.
#pragma once

#include <string>

namespace whimbrel::sqlite {

// As SQLite looks for one itself.
std::string temporary_directory();

}  // namespace whimbrel::sqlite
