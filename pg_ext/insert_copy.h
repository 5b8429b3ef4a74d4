// Rows of cells as COPY's binary data.
#pragma once

#include "common/host.h"
#include "common/json/source.h"
#include "pg_ext/field_encoder.h"

namespace whimbrel::pg {

// A ByteSource that encodes what a RowReader gives, batch by batch.
class RowEncoder final : public ByteSource {
 public:
  // `fields` are prepared, one per column of `rows`.
  RowEncoder(RowReader& rows, std::span<const FieldEncoder> fields, const InsertRequest& request);

  std::size_t read(char* buffer, std::size_t capacity) override;
  // How many rows it was given so far.
  std::uint64_t rows() const { return taken_rows_; }

 private:
  void refill();
  void encode_batch();

  RowReader& rows_;
  std::span<const FieldEncoder> fields_;
  const InsertRequest& request_;
  MemoryContext memory_;  // temporary values of one batch
  bool pinned_ = false;
  RowBatch batch_;
  json::Buffer out_;
  json::Buffer scratch_;
  std::size_t taken_ = 0;
  std::uint64_t taken_rows_ = 0;
  std::uint64_t encoded_ = 0;  // rows of earlier batches
  std::size_t row_ = 0;        // where the encoder is in this batch
  std::size_t column_ = 0;
  bool done_ = false;
};

}  // namespace whimbrel::pg
