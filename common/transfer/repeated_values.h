// Rows of a document that have the values of an earlier one where each value may stand once: its key, and the
// unique keys of its table. Bytes are compared: values that only the database takes for the same are not
// seen.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/file/spill.h"
#include "common/schema/model.h"
#include "common/transfer/problems.h"
#include "common/transfer/row_check.h"

namespace whimbrel {

// email, tenant
std::string names_of(const Table& table, const std::vector<std::size_t>& columns);

// Adds a problem for each row of the document's table that has the `what` of an earlier one.
void report_repeated(const std::string& table, KeyHashes& hashes, const std::string& what,
                     Problems& problems);

// The unique keys of a table. Keeps a hash for each value, in a file where they are many.
class RepeatedValues {
 public:
  // `columns`: which column each cell is for. Keys with a column that no cell is for are passed over, and all
  // keys of a table where triggers or rules may store something else.
  RepeatedValues(const Table& table, const std::vector<std::size_t>& columns, SpillSpace& space);

  void add(std::uint64_t row, const Cell* cells);
  void report(const std::string& table, Problems& problems);

 private:
  std::vector<std::pair<std::string, KeyHashes>> keys_;
};

}  // namespace whimbrel
