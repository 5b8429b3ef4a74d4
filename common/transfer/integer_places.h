// Integers inside arrays and composite values: as strings for readers whose numbers are doubles, and back.
// Which scalars of such a value are integers only its type tells, so a document that has some as strings says
// where: what its own strings and the documents inside of it are stays as it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/json/tree.h"
#include "common/json/writer.h"
#include "common/schema/integer_places.h"

namespace whimbrel {

// What is beyond loses digits where numbers are doubles.
inline constexpr std::int64_t kLargestExactInteger = (std::int64_t{1} << 53) - 1;

// As metadata has them: true, [ELEMENTS], {"key": PART}. What is read is never wrong: an unknown shape is
// none.
void write_integer_places(json::Buffer& out, const IntegerPlaces& places);
IntegerPlaces read_integer_places(const json::Tree& tree);

// Append the value, valid JSON in the document's encoding, with all integers at these places that a double
// cannot hold as strings; and with such strings as numbers.
void quote_large_integers(json::Buffer& out, std::string_view value, const IntegerPlaces& places);
void unquote_large_integers(json::Buffer& out, std::string_view value, const IntegerPlaces& places);

}  // namespace whimbrel
