#include "sqlite_ext/temporary_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace whimbrel::sqlite {

namespace {

bool takes_files(const char* directory) {
  struct stat status {};
  return directory != nullptr && *directory != '\0' && ::stat(directory, &status) == 0 &&
         S_ISDIR(status.st_mode) && ::access(directory, W_OK | X_OK) == 0;
}

}  // namespace

std::string temporary_directory() {
  const char* const candidates[] = {std::getenv("SQLITE_TMPDIR"), std::getenv("TMPDIR"), "/var/tmp",
                                    "/usr/tmp", "/tmp"};
  const auto* const found = std::ranges::find_if(candidates, takes_files);
  return found != std::end(candidates) ? *found : ".";
}

}  // namespace whimbrel::sqlite
