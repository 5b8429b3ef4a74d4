// Rows of a document on their way to the host: where its input allows, a thread of ours reads them while the
// host is busy with those before.
#pragma once

#include <cstdint>
#include <optional>

#include "common/host.h"
#include "common/read_ahead.h"
#include "common/transfer/document_reader.h"

namespace whimbrel {

class RowSupply : public RowReader {
 public:
  // `rows` reads from `input`, and reaches the host through it only. Until this object is gone or has given
  // all rows, neither of them is to be used.
  RowSupply(Host& host, const DocumentInput& input, RowReader& rows) : host_(host), rows_(rows) {
    if (!input.is_of_host()) ahead_.emplace(rows, host);
  }

  std::size_t columns() const override { return rows_.columns(); }
  bool next(RowBatch& batch) override {
    if (!ahead_) host_.check_interrupt();
    if (!(ahead_ ? ahead_->next(batch) : rows_.next(batch))) return false;
    given_ += batch.rows();
    host_.advance_job(0, given_);
    return true;
  }

 private:
  Host& host_;
  RowReader& rows_;
  std::optional<ReadAhead> ahead_;
  std::uint64_t given_ = 0;
};

}  // namespace whimbrel
