// Rows of a SQLite table as the moved table takes them: each value converted as its column was decided, and
// the digest of what came out.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "common/move/column_type.h"
#include "common/transfer/digest.h"

namespace whimbrel::move {

struct ConvertedColumn {
  std::string name;  // in the target, for messages
  Conversion conversion = Conversion::none;
  bool bad_text = false;  // text that PostgreSQL cannot hold is mended
};

class ConvertedRows : public RowReader {
 public:
  // `digested`: the target's names and kinds.
  ConvertedRows(RowReader& rows, std::vector<ConvertedColumn> columns,
                std::vector<TableDigest::Column> digested)
      : rows_(rows), columns_(std::move(columns)), digest_(std::move(digested)) {}

  std::size_t columns() const override { return columns_.size(); }
  bool next(RowBatch& batch) override;
  bool batch_stands_alone() const override { return rows_.batch_stands_alone(); }

  Hash digest() { return digest_.digest(); }

 private:
  void convert(const ConvertedColumn& column, Cell& cell, Arena& arena);

  RowReader& rows_;
  std::vector<ConvertedColumn> columns_;
  TableDigest digest_;
};

}  // namespace whimbrel::move
