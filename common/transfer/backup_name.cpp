#include "common/transfer/backup_name.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

namespace whimbrel {

std::string free_backup_path(Host& host, const std::string& directory, std::string_view suffix) {
  using std::chrono::system_clock;
  for (;;) {
    const auto now = system_clock::now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t time = system_clock::to_time_t(second);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char name[64];
    const std::size_t size = std::strftime(name, sizeof name, "backup-%Y%m%dT%H%M%SZ.json", &utc);
    std::string path = directory;
    if (!path.ends_with('/')) path += '/';
    path.append(name, size).append(suffix);
    if (::access(path.c_str(), F_OK) != 0) return path;
    host.pause(std::chrono::ceil<std::chrono::milliseconds>(second + std::chrono::seconds(1) - now));
  }
}

}  // namespace whimbrel
