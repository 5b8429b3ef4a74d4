// How a backup is called: backup-YYYYMMDDTHHMMSSZ.json, by the time at which it begins.
#pragma once

#include <string>
#include <string_view>

#include "common/host.h"

namespace whimbrel {

// A path in `directory` that nothing has. When the name of this second is taken, it waits for the next one.
// `suffix` comes behind .json.
std::string free_backup_path(Host& host, const std::string& directory, std::string_view suffix);

}  // namespace whimbrel
