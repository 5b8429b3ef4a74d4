#include "pg_ext/insert_copy.h"

#include "pg_ext/guard.h"
#include "pg_ext/settings.h"

namespace whimbrel::pg {

namespace {

constexpr char kHeader[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0";  // signature, flags, no extension
constexpr std::size_t kHeaderSize = 19;
constexpr std::size_t kRowsPerReset = 16;
constexpr std::string_view kTrailer("\377\377", 2);

}  // namespace

RowEncoder::RowEncoder(RowReader& rows, std::span<const FieldEncoder> fields, const InsertRequest& request)
    : rows_(rows), fields_(fields), request_(request) {
  memory_ = pg_call(
      [] { return AllocSetContextCreate(CurrentMemoryContext, "whimbrel insert", ALLOCSET_DEFAULT_SIZES); });
  for (const FieldEncoder& field : fields_) pinned_ = pinned_ || field.needs_pinned_settings();
  out_.append(std::string_view(kHeader, kHeaderSize));
}

std::size_t RowEncoder::read(char* buffer, std::size_t capacity) {
  if (taken_ == out_.size()) refill();
  const std::size_t size = std::min(capacity, out_.size() - taken_);
  std::memcpy(buffer, out_.view().data() + taken_, size);
  taken_ += size;
  return size;
}

void RowEncoder::refill() {
  out_.clear();
  taken_ = 0;
  if (done_) return;
  if (!rows_.next(batch_)) {
    done_ = true;
    out_.append(kTrailer);
    return;
  }
  taken_rows_ += batch_.rows();
  std::optional<SettingsScope> settings;
  if (pinned_) settings.emplace().pin_value_text();
  try {
    pg_call([&] { encode_batch(); });
  } catch (Error& error) {
    const Table& table = *request_.table;
    const std::string& column = table.columns[request_.columns[column_]].name;
    error.row = encoded_ + row_;
    error.schema_name = table.schema;
    error.table_name = table.name;
    error.column_name = column;
    error.at("column \"" + column + "\"");
    throw;
  }
  encoded_ += batch_.rows();
}

// Inside pg_call.
void RowEncoder::encode_batch() {
  const MemoryContext outer = MemoryContextSwitchTo(memory_);
  const std::size_t count = fields_.size();
  for (row_ = 0; row_ < batch_.rows(); ++row_) {
    // Often, while it is small enough to cost nothing.
    if (row_ % kRowsPerReset == 0) MemoryContextReset(memory_);
    const Cell* cells = batch_.row(row_);
    char* at = out_.reserve(2);
    at[0] = static_cast<char>(count >> 8);
    at[1] = static_cast<char>(count);
    out_.advance(2);
    for (std::size_t column = 0; column < count; ++column) {
      column_ = column;
      fields_[column].encode(cells[column], out_, scratch_);
    }
  }
  MemoryContextSwitchTo(outer);
}

}  // namespace whimbrel::pg
