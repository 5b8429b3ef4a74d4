// Names as SQLite compares them: ASCII letters without regard to case, every other byte as it is.
#pragma once

#include <string>
#include <string_view>

#include "common/text/ascii.h"

namespace whimbrel::sqlite {

inline std::string lower_name(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

inline bool same_name(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (to_lower(left[i]) != to_lower(right[i])) return false;
  return true;
}

}  // namespace whimbrel::sqlite
