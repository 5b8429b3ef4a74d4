#include "common/complete/file_rows.h"

#include <algorithm>

namespace whimbrel {

bool FileRows::read_statement() {
  const StatementStream::Item& item = stream_.peek();
  if (item.kind != StatementStream::Item::Kind::statement || !item.closed) return false;
  arena_.clear();
  if (!reader_.has_same_head(item.text) || !reader_.read_rows(item.text, cells_, arena_)) return false;
  given_ = 0;
  holds_ = true;
  line_ = item.line;
  ++statements_;
  return true;
}

bool FileRows::next(RowBatch& batch) {
  const std::size_t width = columns();
  batch.reset(width);
  if (holds_ && given_ == cells_.size()) {
    holds_ = false;
    stream_.take();
  }
  if (!holds_ && (statements_ == 0 || !read_statement())) return false;
  while (given_ < cells_.size() && !batch.full()) {
    std::copy_n(cells_.data() + given_, width, batch.append());
    given_ += width;
    ++rows_;
  }
  return true;
}

}  // namespace whimbrel
