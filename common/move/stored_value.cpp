#include "common/move/stored_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/text/datetime.h"

namespace whimbrel::move {

double widen_float(double value) {
  if (!std::isfinite(value)) return value;
  char text[32];
  const char* const end = std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr;
  std::from_chars(text, end, value);
  return value;
}

char* format_moment(char* at, std::int64_t microseconds, bool zone) {
  char* const end = format_timestamp(at, microseconds, zone);
  if (char* const mark = std::find(at, end, 'T'); mark != end) *mark = ' ';
  return end;
}

}  // namespace whimbrel::move
