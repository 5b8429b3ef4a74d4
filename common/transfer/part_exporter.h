// One of the processes that write the parts of a table: takes parts until none is left, and sends their rows,
// or writes them to their places in the file.
#pragma once

#include <optional>
#include <string>

#include "common/file/part_file.h"
#include "common/host.h"
#include "common/transfer/parts_done.h"
#include "common/transfer/table_export.h"

namespace whimbrel {

class PartExporter {
 public:
  // Without `file` it sends, as read_part_message() has it. All must outlive it.
  PartExporter(Host& host, const TablePlan& plan, Layout layout, const ExportOptions& options,
               PartQueue& queue, PartFile* file);

  // One part; false when none is left.
  bool next();

  // Of all processes, when this one's last part was counted.
  std::uint64_t position() const { return position_; }
  std::uint64_t rows() const { return row_count_; }

 private:
  void begin_turn();
  std::string_view bytes_in_place();
  void write_in_turn();
  void count(const PartEnd& end);
  void send();

  Host& host_;
  const TablePlan& plan_;
  Layout layout_;
  PartQueue& queue_;
  PartFile* file_;
  json::Buffer buffer_;
  TableExport out_;
  DocumentWriter writer_;
  std::optional<ExportRows> rows_;
  PartsDone* done_ = nullptr;  // while it is this part's turn
  bool at_begin_ = true;       // nothing of the part is written yet
  std::uint64_t position_ = 0;
  std::uint64_t row_count_ = 0;
  std::string message_;
};

}  // namespace whimbrel
