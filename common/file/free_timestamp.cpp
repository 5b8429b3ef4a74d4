#include "common/file/free_timestamp.h"

#include <chrono>
#include <ctime>

namespace whimbrel {

std::string free_timestamp(Host& host, const std::function<bool(const std::string& timestamp)>& taken) {
  using std::chrono::system_clock;
  for (;;) {
    const auto now = system_clock::now();
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t time = system_clock::to_time_t(second);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    std::string timestamp(text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc));
    if (!taken(timestamp)) return timestamp;
    host.pause(std::chrono::ceil<std::chrono::milliseconds>(second + std::chrono::seconds(1) - now));
  }
}

}  // namespace whimbrel
