// Which rows of two sets differ, where their digests do: narrowed down by ranges of key hashes, so that sets
// of any size take constant memory and need no common order.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/transfer/digest.h"

namespace whimbrel {

// Gives every row of a set to `take`; may be called more than once, for the same rows.
using RowPass = std::function<void(const std::function<void(const Cell*)>& take)>;

// A text for people that shows the first rows that differ: "id 5 differs in \"name\"; id 7 is missing; id 9
// is not in the document; and more". `expected` is the document's, `actual` the live one. `columns`: what
// both rows' cells are for; `key`: which of them tell one row from another; none: all together.
std::string show_differing_rows(const std::vector<TableDigest::Column>& columns,
                                const std::vector<std::size_t>& key, const RowPass& expected,
                                const RowPass& actual);

}  // namespace whimbrel
