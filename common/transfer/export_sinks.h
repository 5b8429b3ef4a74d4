// The places an export can go to: a file, memory, or rows of the calling query.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "common/file/compression.h"
#include "common/file/sink.h"
#include "common/function.h"
#include "common/host.h"
#include "common/transfer/exporter.h"

namespace whimbrel {

// A file in which nothing may be yet when the document is complete.
class NewFile : public AtomicFile {
 public:
  using AtomicFile::AtomicFile;
  void finish() override { commit(Existing::keep); }
};

// A new large object; it goes with the transaction.
class NewLargeObject : public RewindableSink {
 public:
  explicit NewLargeObject(Host& host)
      : oid_(host.create_large_object()), object_(host.open_large_object(oid_)) {}
  std::int64_t oid() const { return oid_; }
  void write(std::string_view bytes) override {
    object_->write_at(size_, bytes);
    size_ += bytes.size();
  }
  std::uint64_t offset() const override { return size_; }
  void truncate(std::uint64_t offset) override {
    object_->truncate(offset);
    size_ = offset;
  }
  void finish() override {}

 private:
  std::int64_t oid_;
  std::unique_ptr<LargeObject> object_;
  std::uint64_t size_ = 0;
};

// Into a sink that keeps the bytes, which must outlive it.
class StoredExportSink : public ExportSink {
 public:
  explicit StoredExportSink(RewindableSink& sink) : sink_(sink) {}
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return sink_.offset(); }
  bool can_rewind() const override { return true; }
  void rewind(std::uint64_t size) override { sink_.truncate(size); }
  std::optional<SharedFile> share(json::Buffer& out) override;
  void skip_to(std::uint64_t size) override { sink_.skip_to(size); }

 private:
  RewindableSink& sink_;
};

// The same, compressed. Where a table has to be taken back, a frame of the compressed data begins with it.
class CompressedExportSink : public ExportSink {
 public:
  CompressedExportSink(Compression compression, RewindableSink& sink)
      : sink_(sink), compressor_(make_compressor(compression, sink)) {}
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return taken_; }
  void mark(std::uint64_t position) override { mark_ = position; }
  bool can_rewind() const override { return true; }
  void rewind(std::uint64_t size) override;

 private:
  RewindableSink& sink_;
  std::unique_ptr<Compressor> compressor_;
  std::uint64_t taken_ = 0;  // uncompressed
  std::optional<std::uint64_t> mark_;
  std::uint64_t frame_start_ = 0;  // of the frame being written, in the sink
};

std::unique_ptr<ExportSink> make_export_sink(Compression compression, RewindableSink& sink);

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
