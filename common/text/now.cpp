#include "common/text/now.h"

#include <chrono>
#include <cstdint>

#include "common/text/datetime.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kSecondsTo2000 = 946684800;

}  // namespace

std::string now_text() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  char text[kMaxDateTimeText];
  const char* const end =
      format_timestamp(text, (now.time_since_epoch().count() - kSecondsTo2000) * 1'000'000, true);
  return std::string(text, static_cast<std::size_t>(end - text));
}

}  // namespace whimbrel
