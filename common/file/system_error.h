// Errors of the file system in our words: what was tried, on which path, and the system's reason.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"

namespace whimbrel {

// `action` as in "cannot read"; `number` is an errno.
Error file_error(std::string_view action, const std::string& path, int number);
Error not_a_regular_file(std::string_view action, const std::string& path, bool directory);

}  // namespace whimbrel
