// Export: tables of a host as one document, in constant memory, with their digests. Where the bytes go is the
// ExportSink's business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/json/writer.h"
#include "common/transfer/hash.h"
#include "common/transfer/row_writer.h"
#include "common/transfer/selection.h"

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
  // Whether rewind() works; else rows are read in key order from the start.
  virtual bool can_rewind() const = 0;
  // Forgets what was taken behind the first `size` bytes.
  virtual void rewind(std::uint64_t size) = 0;
};

// Parents first. Rows in key order; generated columns are left out.
std::vector<ExportedTable> export_document(Host& host, const SelectionOptions& selection, Layout layout,
                                           ExportSink& sink);

// Counts and digests of the live tables, in the order of an export.
std::vector<ExportedTable> digest_tables(Host& host, const SelectionOptions& selection);

// The digest of some columns of one live table; `bytes` is 0.
ExportedTable digest_table(Host& host, const Table& table, const std::vector<std::size_t>& columns);

// The columns of a document's rows: all but the generated ones.
std::vector<std::size_t> stored_columns(const Table& table);

}  // namespace whimbrel
