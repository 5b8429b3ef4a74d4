#include "common/move/converted_value.h"

#include "common/schema/sqlite/names.h"
#include "common/text/hex.h"

namespace whimbrel::move {

namespace {

constexpr std::int64_t kSeconds = 100'000'000, kMilliseconds = 100'000'000'000,
                       kMicroseconds = 100'000'000'000'000, kEnd = 100'000'000'000'000'000;

// From 1970-01-01 to 2000-01-01.
constexpr std::int64_t kEpochSeconds = 946'684'800;

}  // namespace

bool reads_as_boolean(std::string_view text, bool& value) {
  const std::string word = sqlite::lower_name(text);
  value = word == "t" || word == "true" || word == "yes" || word == "1";
  return value || word == "f" || word == "false" || word == "no" || word == "0";
}

std::string hex_text(std::string_view bytes) {
  std::string text = "\\x";
  append_hex(text, bytes);
  return text;
}

std::optional<EpochUnit> epoch_unit(std::int64_t value) {
  if (value < kSeconds || value >= kEnd) return std::nullopt;
  if (value < kMilliseconds) return EpochUnit::seconds;
  return value < kMicroseconds ? EpochUnit::milliseconds : EpochUnit::microseconds;
}

std::optional<std::int64_t> epoch_moment(std::int64_t value) {
  const auto unit = epoch_unit(value);
  if (!unit) return std::nullopt;
  if (*unit == EpochUnit::seconds) return (value - kEpochSeconds) * 1'000'000;
  if (*unit == EpochUnit::milliseconds) return (value - kEpochSeconds * 1000) * 1000;
  return value - kEpochSeconds * 1'000'000;
}

}  // namespace whimbrel::move
