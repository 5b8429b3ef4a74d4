#include "common/transfer/progress.h"

#include <cstdio>
#include <string>

namespace whimbrel {

void Progress::begin(const Table& table, std::size_t tables) {
  tables_ = tables;
  watch_ = Stopwatch();
  host_.begin_job(kind_, table);
}

void Progress::finish(const Table& table, std::uint64_t rows, std::optional<std::uint64_t> bytes) {
  ++done_;
  if (!lines_) return;
  std::string line = kind_ == JobKind::export_rows ? "exported " : "imported ";
  line += table.display_name() + ": " + std::to_string(rows) + (rows == 1 ? " row" : " rows");
  if (bytes) line += ", " + std::to_string(*bytes) + " bytes";
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, ", %.1f s", watch_.milliseconds() / 1000);
  line += seconds;
  line += " (table " + std::to_string(done_) + " of " + std::to_string(tables_) + ")";
  host_.tell(line);
}

}  // namespace whimbrel
