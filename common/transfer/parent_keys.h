// The keys of a document's rows, to ask whether one is among them. Keeps hashes, and these in a file where
// they are many.
#pragma once

#include <string_view>
#include <vector>

#include "common/file/spill.h"
#include "common/json/writer.h"
#include "common/transfer/hash.h"
#include "common/transfer/target_check.h"
#include "common/value.h"

namespace whimbrel {

// A value as text, the same for values that compare as equal: a number in a column of any type as the integer
// that it equals.
void append_key_text(json::Buffer& out, const Cell& cell);

// Whether equal values of the column have equal cells: else nobody can say that one is not among the keys.
bool has_one_form(const Dialect& dialect, const Column& column);
bool has_one_form(const Dialect& dialect, const Table& table, const std::vector<std::size_t>& columns);

class ParentKeys {
 public:
  // Reads the rows once.
  ParentKeys(const DocumentRows& rows, const std::vector<std::size_t>& columns, SpillSpace& space);

  // One cell per column.
  bool contains(const Cell* key);

 private:
  Hash hash(const Cell* key);

  std::size_t width_;
  SpillArray<Hash> hashes_;  // sorted
  json::Buffer text_, one_;
};

}  // namespace whimbrel
