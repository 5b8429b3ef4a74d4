// How long something took, as the results show it.
#pragma once

#include <chrono>
#include <cmath>

namespace whimbrel {

class Stopwatch {
 public:
  // Since it was made; whole microseconds.
  double milliseconds() const {
    const std::chrono::duration<double, std::micro> passed = std::chrono::steady_clock::now() - start_;
    return std::round(passed.count()) / 1000;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace whimbrel
