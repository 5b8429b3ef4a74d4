// The places an export can go to: a file, memory, or rows of the calling query.
#pragma once

#include <cstdint>
#include <string>

#include "common/file/sink.h"
#include "common/function.h"
#include "common/transfer/exporter.h"

namespace whimbrel {

// A file that appears complete when the document is.
class FileExportSink : public ExportSink {
 public:
  FileExportSink(const std::string& path, const std::string& forbidden, unsigned mode)
      : file_(path, forbidden, mode) {}
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return file_.offset(); }
  bool can_rewind() const override { return true; }
  void rewind(std::uint64_t size) override { file_.truncate(size); }

 private:
  AtomicFile file_;
};

// One value: the document stays in the buffer and is emitted as the only row.
class ValueExportSink : public ExportSink {
 public:
  explicit ValueExportSink(RowEmitter& rows) : rows_(rows) {}
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return 0; }
  bool can_rewind() const override { return true; }
  void rewind(std::uint64_t) override {}

 private:
  RowEmitter& rows_;
};

// One row per line, at once.
class LineExportSink : public ExportSink {
 public:
  explicit LineExportSink(RowEmitter& rows) : rows_(rows) {}
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return taken_; }
  bool can_rewind() const override { return false; }
  void rewind(std::uint64_t) override {}

 private:
  RowEmitter& rows_;
  std::uint64_t taken_ = 0;
};

}  // namespace whimbrel
