// Where the values of a type have integers that readers whose numbers are doubles would change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace whimbrel {

// The parts of a type that are integers of 64 bits, or have some in them.
struct IntegerPlaces {
  enum class Shape : std::uint8_t { none, integer, array, composite };

  Shape shape = Shape::none;
  std::vector<std::string> keys;     // of a composite value, as a document has them
  std::vector<IntegerPlaces> parts;  // of an array its elements, of a composite value one for each key

  bool any() const { return shape != Shape::none; }
};

}  // namespace whimbrel
