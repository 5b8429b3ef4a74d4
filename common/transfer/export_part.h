// Parts of a table that several processes write: what is asked of the others, and what they send where they
// do not write to the file. Knows no processes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/file/sink.h"
#include "common/host.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/parts_done.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

// The task of Host::start_workers(): a table of the export with these options; into `file`, else as messages.
std::string part_task(const std::string& table, Layout layout, const std::optional<SharedFile>& file,
                      const ExportOptions& options);

// In each process: takes parts until none is left, and sends their rows, as the document has them, each with
// what separates it from the one before, and the end of each part; or writes them to their places in the
// file. Takes none where it cannot open that.
void export_parts(Host& host, std::string_view task, PartQueue& queue);

// A message that was sent: some bytes of rows, or the end of a part.
struct PartMessage {
  std::string_view rows;
  std::optional<PartEnd> end;
};

inline constexpr char kPartRows = 'r';  // in front of rows
std::string part_end_message(const PartEnd& end);
PartMessage read_part_message(std::string_view message);

}  // namespace whimbrel
