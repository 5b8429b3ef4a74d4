// Writes a document around its rows: metadata, the arrays of the tables, $end; in any layout. The rows
// themselves are RowWriter's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/writer.h"
#include "common/transfer/document.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

class DocumentWriter {
 public:
  DocumentWriter(json::Buffer& out, Layout layout) : out_(out), layout_(layout) {}

  void begin(const Metadata& metadata);
  void begin_table(std::string_view table);
  // One row by `writer`, which has the same layout.
  void row(const RowWriter& writer, const Cell* cells) {
    if (layout_ != Layout::lines) {
      if (!first_row_) out_.append(',');
      out_.append(layout_ == Layout::pretty ? "\n    " : "\n  ");
    }
    first_row_ = false;
    writer.write(out_, cells);
  }
  // Rows that another writer wrote, one that goes on with the table.
  void rows(std::string_view written) {
    if (first_row_ && layout_ != Layout::lines && !written.empty()) written.remove_prefix(1);
    first_row_ = first_row_ && written.empty();
    out_.append(written);
  }
  // From here on the table's rows follow others, which are written elsewhere.
  void go_on() { first_row_ = false; }
  // The rows since begin_table() were taken back from the buffer by the caller.
  void restart_table() { first_row_ = true; }
  void end_table();
  void finish(const EndMark& mark);

 private:
  void write_metadata(const Metadata& metadata);
  void write_quoted(const DocumentTable& table);
  void write_list(const std::vector<std::string>& list);

  json::Buffer& out_;
  Layout layout_;
  bool first_row_ = true;
};

}  // namespace whimbrel
