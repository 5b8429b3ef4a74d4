#include "common/transfer/export_sinks.h"

#include "common/error.h"

namespace whimbrel {

namespace {

// Both engines end a value near here: PostgreSQL at 1 GiB, SQLite as Debian builds it at this very number.
constexpr std::size_t kLargestValue = 1'000'000'000;

void require_value_size(std::size_t size, std::string_view what) {
  if (size < kLargestValue) return;
  throw Error(code::kUnsupported, std::string(what) + " is larger than 1 GB",
              "No value of the database can hold it.", "Use export_json_file, which has no limit.");
}

}  // namespace

void StoredExportSink::drain(json::Buffer& out, bool last) {
  if (!last && out.size() < json::Buffer::kFlushSize) return;
  sink_.write(out.view());
  out.clear();
  if (last) sink_.finish();
}

std::optional<SharedFile> StoredExportSink::share(json::Buffer& out) {
  const std::optional<SharedFile> file = sink_.share();
  if (file) {
    sink_.write(out.view());
    out.clear();
  }
  return file;
}

void CompressedExportSink::drain(json::Buffer& out, bool last) {
  if (!last && out.size() < json::Buffer::kFlushSize) return;
  std::string_view bytes = out.view();
  if (mark_) {
    const std::string_view before = bytes.substr(0, static_cast<std::size_t>(*mark_ - taken_));
    compressor_->write(before);
    compressor_->end_frame();
    frame_start_ = sink_.offset();
    bytes.remove_prefix(before.size());
    mark_.reset();
  }
  compressor_->write(bytes);
  taken_ += out.size();
  out.clear();
  if (!last) return;
  compressor_->end_frame();
  sink_.finish();
}

void CompressedExportSink::rewind(std::uint64_t size) {
  compressor_->abandon_frame();
  sink_.truncate(frame_start_);
  taken_ = size;
}

std::unique_ptr<ExportSink> make_export_sink(Compression compression, RewindableSink& sink) {
  if (compression == Compression::none) return std::make_unique<StoredExportSink>(sink);
  return std::make_unique<CompressedExportSink>(compression, sink);
}

void ValueExportSink::drain(json::Buffer& out, bool last) {
  require_value_size(out.size(), "the document");
  if (!last) return;
  const Cell row[] = {Cell::of(Tag::json, out.view())};
  rows_.emit(row);
}

void LineExportSink::drain(json::Buffer& out, bool) {
  std::string_view rest = out.view();
  while (!rest.empty()) {
    const std::size_t size = rest.find('\n');
    require_value_size(size, "a row of the document");
    const Cell row[] = {Cell::text(rest.substr(0, size))};
    rows_.emit(row);
    rest.remove_prefix(size + 1);
  }
  taken_ += out.size();
  out.clear();
}

}  // namespace whimbrel
