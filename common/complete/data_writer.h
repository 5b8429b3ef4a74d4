// The rows of tables as INSERT statements, with what stands around them, statement by statement and in
// constant memory. Where statements go is the sink's business; files and their headers are not known here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/complete/data_plan.h"
#include "common/transfer/hash.h"

namespace whimbrel {

class DataSink {
 public:
  // What a statement is for. They come in this order.
  enum class Part : std::uint8_t { settings, before, rows, after, positions, finish };

  virtual ~DataSink() = default;
  // `sql` ends with a semicolon, without a line break behind it; valid until it returns.
  virtual void statement(Part part, std::string_view sql) = 0;
  // The INSERT statements of this table follow.
  virtual void begin_table(const Table& table) { static_cast<void>(table); }
};

struct WrittenTable {
  const Table* table = nullptr;
  std::uint64_t rows = 0;
  Hash digest;  // as data_digest() gives it where no rule leaves columns out
};

struct WrittenData {
  std::vector<WrittenTable> tables;  // in the order of the load
  std::uint64_t large_objects = 0;
};

// Reads each table in the order of its key. `digests`: whether they are wanted.
WrittenData write_data(Host& host, const DataPlan& plan, const DataOptions& options, DataSink& sink,
                       bool digests);

}  // namespace whimbrel
