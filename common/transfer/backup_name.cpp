#include "common/transfer/backup_name.h"

#include <unistd.h>

#include "common/file/free_timestamp.h"

namespace whimbrel {

std::string free_backup_path(Host& host, const std::string& directory, std::string_view suffix) {
  const std::string stem = directory + (directory.ends_with('/') ? "" : "/") + "backup-";
  const std::string end = ".json" + std::string(suffix);
  const auto taken = [&](const std::string& timestamp) {
    return ::access((stem + timestamp + end).c_str(), F_OK) == 0;
  };
  return stem + free_timestamp(host, taken) + end;
}

}  // namespace whimbrel
