// What the fuzzers share.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::fuzz {

// Ends the process, which the fuzzer takes for a crash, where a property does not hold.
inline void expect(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The input as several texts, between which a record separator stands.
inline std::vector<std::string> pieces(std::string_view input) {
  std::vector<std::string> found(1);
  for (const char c : input) {
    if (c == '\x1E')
      found.emplace_back();
    else
      found.back() += c;
  }
  return found;
}

}  // namespace whimbrel::fuzz
