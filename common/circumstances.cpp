#include "common/circumstances.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace whimbrel {

namespace {

constexpr std::string_view kClasses[] = {"40", "53", "57", "58", "XX"};
constexpr int kResults[] = {5, 6, 7, 9, 10, 11, 13, 15, 26};  // of SQLite, without what extends them

}  // namespace

bool is_of_circumstances(const Error& error) {
  const std::string_view given = error.code;
  if (given.starts_with('S')) {
    int result = 0;
    std::from_chars(given.data() + 1, given.data() + given.size(), result);
    return std::ranges::find(kResults, result & 0xff) != std::end(kResults);
  }
  return given == code::kLockNotAvailable ||
         std::ranges::any_of(kClasses, [given](std::string_view one) { return given.starts_with(one); });
}

}  // namespace whimbrel
