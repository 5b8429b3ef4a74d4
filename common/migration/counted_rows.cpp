#include "common/migration/counted_rows.h"

#include "common/error.h"
#include "common/migration/runner.h"

namespace whimbrel {

std::optional<std::int64_t> counted_rows(Host& host, const std::string& sql) {
  std::optional<std::int64_t> rows;
  try {
    in_savepoint(host, [&] {
      const auto reader = host.query(sql);
      RowBatch batch;
      if (reader->next(batch) && batch.row(0)->tag == Tag::integer) rows = batch.row(0)->integer;
    });
  } catch (const Error& error) {
    if (ends_call(error)) throw;
    return std::nullopt;  // a right is missing, or types do not fit: then nothing is known
  }
  return rows;
}

}  // namespace whimbrel
