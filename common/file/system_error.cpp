#include "common/file/system_error.h"

#include <cerrno>
#include <system_error>

namespace whimbrel {

Error file_error(std::string_view action, const std::string& path, int number) {
  Error error(code::kFile,
              std::string(action) + " file \"" + path + "\": " + std::generic_category().message(number));
  switch (number) {
    case ENOENT:
      error.hint = "Check the path; it is one of the machine that runs the database.";
      break;
    case EACCES:
    case EPERM:
      error.hint = "The account that runs the database needs access to it.";
      break;
    case ENOSPC:
    case EDQUOT:
      error.hint = "Free some space there, or write to another file system. No partial file was left.";
      break;
    default:
      break;
  }
  return error;
}

Error not_a_regular_file(std::string_view action, const std::string& path, bool directory) {
  return Error(code::kFile, std::string(action) + " file \"" + path +
                                "\": " + (directory ? "it is a directory" : "it is not a regular file"));
}

}  // namespace whimbrel
