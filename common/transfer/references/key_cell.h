// One part of a key as a cell of its column, whatever it was written as: "17" in a document and 17 in a
// column are one id. Knows types only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/schema/model.h"
#include "common/value.h"

namespace whimbrel {

inline constexpr std::size_t kMostParts = 32;  // columns of a key

// As a column of this kind holds it; points into `from`, or into `arena`. False when it holds no such value.
bool to_key_cell(const Cell& from, Kind kind, Arena& arena, Cell& to);
// Whether a cell of to_key_cell() is in the range of the column; what is not can be no row's.
bool fits_column(const Cell& key, const Column& column);
// As it stands in a text or, without quotes, in a document.
std::string_view key_text(const Cell& key, Arena& arena);
// For messages: (17), (17, abc).
std::string shown_key(const Cell* cells, std::size_t count);

}  // namespace whimbrel
