#include "common/move/insert_text.h"

#include <utility>
#include <vector>

#include "common/json/writer.h"

namespace whimbrel::move {

namespace {

// A statement ends with the row that takes it beyond.
constexpr std::size_t kMaxStatement = std::size_t{1} << 20;

}  // namespace

void write_inserts(RowReader& rows, const std::string& head, SqlEngine engine, std::size_t rows_per_insert,
                   const StatementTaker& take) {
  std::vector<LiteralWriter::Source> sources(rows.columns());
  for (std::size_t i = 0; i < sources.size(); ++i) sources[i].cell = i;
  const LiteralWriter literals(engine, std::move(sources));
  json::Buffer text;
  std::size_t count = 0;
  const auto finish = [&] {
    if (count > 0) take(text.view());
    text.clear();
    count = 0;
  };
  RowBatch batch;
  while (rows.next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      text.append(count++ == 0 ? head + " VALUES\n" : ",\n");
      literals.write_row(text, batch.row(i));
      if (count == rows_per_insert || text.size() > kMaxStatement) finish();
    }
  }
  finish();
}

}  // namespace whimbrel::move
