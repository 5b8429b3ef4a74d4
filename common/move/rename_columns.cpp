#include "common/move/rename_columns.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace whimbrel::move {

namespace {

struct Change {
  std::string from, to;
};

}  // namespace

void rename_columns(Host& host, const Table& table, const std::string& document_name,
                    const Renames& renames) {
  std::vector<Change> changes;
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    names.push_back(column.name);
    const std::string& to = renames.column(document_name, column.name);
    if (to != column.name) changes.push_back({column.name, to});
  }
  const auto run = [&](const std::string& from, const std::string& to) {
    host.execute("ALTER TABLE " + quote_name(table.schema, table.name) + " RENAME COLUMN " +
                 quote_identifier(from) + " TO " + quote_identifier(to));
    *std::ranges::find(names, from) = to;
  };
  const auto is_free = [&](const Change& change) {
    return std::ranges::find(names, change.to) == names.end();
  };
  while (!changes.empty()) {
    auto next = std::ranges::find_if(changes, is_free);
    if (next == changes.end()) {
      // Names that change places: one of them stands aside.
      std::string aside = changes.front().from;
      do {
        aside += '_';
      } while (std::ranges::find(names, aside) != names.end());
      run(changes.front().from, aside);
      changes.front().from = std::move(aside);
      continue;
    }
    run(next->from, next->to);
    changes.erase(next);
  }
}

}  // namespace whimbrel::move
