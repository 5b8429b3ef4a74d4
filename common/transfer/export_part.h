// Parts of a table that other processes write for the one that exports: what is asked of them, what they do,
// and what they send. Knows neither processes nor where the document goes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/hash.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

// The task of Host::start_workers(): a table of the export with these options.
std::string part_task(const std::string& table, Layout layout, const ExportOptions& options);

// In each process: takes parts until none is left, sends their rows, as the document has them, each with what
// separates it from the one before, and the end of each part.
void export_parts(Host& host, std::string_view task, PartQueue& queue);

// A message that was sent.
struct PartMessage {
  bool is_end = false;
  std::string_view rows;  // some bytes of them
  // Of the part, at its end:
  bool out_of_order = false;
  std::uint64_t row_count = 0;
  Hash sum;
  std::vector<std::int64_t> first_key, last_key;  // empty: no rows, or no order
};

PartMessage read_part_message(std::string_view message);

}  // namespace whimbrel
