// Rows of a table by the values of some columns: one prepared look-up, stepped for each key.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/bind_cell.h"
#include "sqlite_ext/read_cell.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// The reader that Host::find_rows() gives. It keeps a copy of the keys.
class KeyLookup : public RowReader {
 public:
  KeyLookup(StatementCache& cache, const LookupRequest& request, const RowBatch& keys);

  std::size_t columns() const override { return readings_.size() + 1; }
  bool next(RowBatch& batch) override;

 private:
  // Binds the next key; false when there is none left.
  bool begin_key();
  void add_row(RowBatch& batch);

  Cached statement_;
  std::vector<Reading> readings_;
  std::vector<Affinity> affinities_;
  RowBatch keys_;
  std::size_t next_key_ = 0;
  bool stepping_ = false;  // the statement is bound, and not at its end
  Arena scratch_;
};

}  // namespace whimbrel::sqlite
