// The parts of a table that are written, counted in their order, by whichever process.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "common/transfer/hash.h"

namespace whimbrel {

// What is known of a part at its end.
struct PartEnd {
  bool out_of_order = false;
  std::uint64_t rows = 0;
  Hash sum;
  std::vector<std::int64_t> first_key, last_key;  // empty: no rows, or no order
};

// Of all parts so far. Lies in memory that processes share: nothing in it points anywhere.
struct PartsDone {
  static constexpr std::size_t kMostKeyColumns = 32;

  std::uint64_t position = 0;  // where the rows of the next part go in the file
  std::uint64_t rows = 0;
  Hash sum;
  bool out_of_order = false;
  std::size_t key_columns = 0;  // 0: no row yet, or no order
  std::array<std::int64_t, kMostKeyColumns> last_key{};

  // The next part. Rows that are not in the order of the key set out_of_order.
  void add(const PartEnd& part) {
    out_of_order = out_of_order || part.out_of_order || part.last_key.size() > kMostKeyColumns;
    if (!out_of_order && !part.first_key.empty()) {
      out_of_order =
          key_columns > 0 && !std::lexicographical_compare(last_key.begin(), last_key.begin() + key_columns,
                                                           part.first_key.begin(), part.first_key.end());
      key_columns = part.last_key.size();
      std::ranges::copy(part.last_key, last_key.begin());
    }
    rows += part.rows;
    sum += part.sum;
  }
};

}  // namespace whimbrel
