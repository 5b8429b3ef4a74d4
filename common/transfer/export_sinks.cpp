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

void FileExportSink::drain(json::Buffer& out, bool last) {
  if (!last && out.size() < json::Buffer::kFlushSize) return;
  file_.write(out.view());
  out.clear();
  if (last) file_.commit();
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
