#include "sqlite_ext/temporary_directory.h"

#include <cstdlib>

namespace whimbrel::sqlite {

std::string temporary_directory() {
  for (const char* const variable : {"SQLITE_TMPDIR", "TMPDIR"})
    if (const char* const value = std::getenv(variable); value != nullptr && *value != '\0') return value;
  return "/var/tmp";
}

}  // namespace whimbrel::sqlite
