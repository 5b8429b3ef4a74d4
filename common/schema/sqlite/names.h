// Names as SQLite compares them: ASCII letters without regard to case, every other byte as it is.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::sqlite {

inline char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower_name(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) c = lower_letter(c);
  return lower;
}

inline bool same_name(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (lower_letter(left[i]) != lower_letter(right[i])) return false;
  return true;
}

}  // namespace whimbrel::sqlite
