// Export: tables of a host as one document, in constant memory, with their digests. Where the bytes go is the
// ExportSink's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/file/sink.h"
#include "common/host.h"
#include "common/json/writer.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/hash.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

struct ExportedTable {
  std::string name;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of the table's part of the document
  Hash digest;
};

// Takes the document from the buffer, piece by piece.
class ExportSink {
 public:
  virtual ~ExportSink() = default;
  // May take what stands in the buffer; called after each batch of rows and, `last`, at the end of the
  // document.
  virtual void drain(json::Buffer& out, bool last) = 0;
  // Bytes taken so far.
  virtual std::uint64_t taken() const = 0;
  // Where rewind() may go back to, until the next call: at the end of what was written so far.
  virtual void mark(std::uint64_t position) { static_cast<void>(position); }
  // Whether rewind() works; else rows are read in key order from the start.
  virtual bool can_rewind() const = 0;
  // Forgets what was taken behind the first `size` bytes, which is the last mark.
  virtual void rewind(std::uint64_t size) = 0;
  // A file where others may write what comes behind the buffer's bytes, which are taken first; none where
  // that is not possible.
  virtual std::optional<SharedFile> share(json::Buffer& out) {
    static_cast<void>(out);
    return std::nullopt;
  }
  // Others have written what stands behind the bytes taken so far, until there are `size`.
  virtual void skip_to(std::uint64_t size) { static_cast<void>(size); }
};

// Parents first. Rows in key order; generated columns are left out, and what the options and rules say.
std::vector<ExportedTable> export_document(Host& host, const ExportOptions& options, Layout layout,
                                           ExportSink& sink);

// Counts and digests of the live tables, in the order of an export with these options.
std::vector<ExportedTable> digest_tables(Host& host, const ExportOptions& options);

// The digest of what the plan has of a live table; `bytes` is 0.
ExportedTable digest_table(Host& host, const TablePlan& plan);
// The same of these columns, of all rows; `here_only`: ScanRequest::here_only.
ExportedTable digest_table(Host& host, const Table& table, const std::vector<std::size_t>& columns,
                           bool here_only = false);

}  // namespace whimbrel
