#include "common/transfer/repeated_values.h"

#include <algorithm>

namespace whimbrel {

std::string names_of(const Table& table, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) text += (text.empty() ? "" : ", ") + table.columns[column].name;
  return text;
}

void report_repeated(const std::string& table, KeyHashes& hashes, const std::string& what,
                     Problems& problems) {
  const std::vector<RepeatedRow> repeated = hashes.repeated(problems.most_kept());
  for (const RepeatedRow& pair : repeated)
    problems.add({std::string(code::kDuplicateKey), table, pair.row, "",
                  "the row has the same " + what + " as row " + std::to_string(pair.earlier),
                  json::Position{0, 0, 0}});
  problems.count_more(hashes.count() - repeated.size());
}

RepeatedValues::RepeatedValues(const Table& table, const std::vector<std::size_t>& columns,
                               SpillSpace& space) {
  if (table.triggers || table.rules) return;
  for (const UniqueKey& key : table.unique_keys) {
    std::vector<std::size_t> cells;
    for (const std::size_t column : key.columns)
      if (const auto found = std::ranges::find(columns, column); found != columns.end())
        cells.push_back(static_cast<std::size_t>(found - columns.begin()));
    if (cells.size() != key.columns.size()) continue;
    keys_.emplace_back("values (" + names_of(table, key.columns) + ")", KeyHashes(std::move(cells), space));
  }
}

void RepeatedValues::add(std::uint64_t row, const Cell* cells) {
  for (auto& [what, hashes] : keys_) hashes.add(row, cells);
}

void RepeatedValues::report(const std::string& table, Problems& problems) {
  for (auto& [what, hashes] : keys_) report_repeated(table, hashes, what, problems);
}

}  // namespace whimbrel
