#include "common/transfer/part_exporter.h"

#include "common/transfer/export_part.h"

namespace whimbrel {

namespace {

constexpr std::size_t kMessageBytes = std::size_t{1} << 16;  // of a message
constexpr std::size_t kMostWaiting = std::size_t{4} << 20;   // of a part whose turn has not come

}  // namespace

PartExporter::PartExporter(Host& host, const TablePlan& plan, Layout layout, const ExportOptions& options,
                           PartQueue& queue, PartFile* file)
    : host_(host),
      plan_(plan),
      layout_(layout),
      queue_(queue),
      file_(file),
      out_(plan, layout, host.dialect(), options),
      writer_(buffer_, layout) {
  writer_.go_on();
}

bool PartExporter::next() {
  const std::optional<ScanPart> part = queue_.take();
  if (!part) return false;
  out_.digest().restart();
  at_begin_ = true;
  if (rows_)
    rows_->restart(*part);
  else
    rows_.emplace(host_, plan_, true, true, part);
  while (rows_->next()) {
    out_.write(*rows_, writer_);
    if (file_ == nullptr) {
      if (buffer_.size() >= kMessageBytes) send();
    } else if (buffer_.size() >= kMostWaiting ||
               (buffer_.size() >= json::Buffer::kFlushSize && queue_.has_turn())) {
      write_in_turn();
    }
    host_.check_interrupt();
  }
  const PartEnd end{rows_->out_of_order(), out_.digest().rows(), out_.digest().digest(),
                    rows_->reader().first_key(), rows_->reader().last_key()};
  if (file_ != nullptr) {
    count(end);
  } else {
    send();
    queue_.send(part_end_message(end));
  }
  return true;
}

void PartExporter::begin_turn() {
  if (done_ == nullptr) done_ = &queue_.wait_for_turn();
}

// What stands in the buffer, in the part's turn; without what separates the table's first row from others.
std::string_view PartExporter::bytes_in_place() {
  std::string_view bytes = buffer_.view();
  if (at_begin_ && done_->rows == 0 && layout_ != Layout::lines && !bytes.empty()) bytes.remove_prefix(1);
  at_begin_ = false;
  return bytes;
}

void PartExporter::write_in_turn() {
  begin_turn();
  const std::string_view bytes = bytes_in_place();
  file_->write_at(done_->position, bytes);
  done_->position += bytes.size();
  buffer_.clear();
}

// Others need not wait while the part is written: its place is settled.
void PartExporter::count(const PartEnd& end) {
  begin_turn();
  const std::string_view bytes = bytes_in_place();
  const std::uint64_t place = done_->position;
  done_->position += bytes.size();
  done_->add(end);
  position_ = done_->position;
  row_count_ = done_->rows;
  done_ = nullptr;
  queue_.pass();
  file_->write_at(place, bytes);
  buffer_.clear();
}

void PartExporter::send() {
  std::string_view rest = buffer_.view();
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, kMessageBytes);
    message_.assign(1, kPartRows);
    message_ += piece;
    queue_.send(message_);
    rest.remove_prefix(piece.size());
  }
  buffer_.clear();
}

}  // namespace whimbrel
