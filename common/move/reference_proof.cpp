#include "common/move/reference_proof.h"

#include <algorithm>

namespace whimbrel::move {

ReferenceProof::ReferenceProof(std::vector<const Table*> tables) : tables_(std::move(tables)) {
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    for (const ForeignKey& key : tables_[t]->foreign_keys) {
      Place child, parent;
      if (!find_columns(key, t, child, parent)) continue;
      sets_.try_emplace(child, pages_left_);
      sets_.try_emplace(parent, pages_left_);
    }
  }
}

// False where it has several, or its parent is not profiled.
bool ReferenceProof::find_columns(const ForeignKey& key, std::size_t table, Place& child,
                                  Place& parent) const {
  if (key.columns.size() != 1 || key.parent_columns.size() != 1) return false;
  const auto found = std::find_if(tables_.begin(), tables_.end(),
                                  [&](const Table* one) { return one->name == key.parent_table; });
  if (found == tables_.end()) return false;
  const std::size_t column = (*found)->find_column(key.parent_columns[0]);
  if (column == Table::npos || (*found)->columns[column].generated ||
      tables_[table]->columns[key.columns[0]].generated)
    return false;
  child = {table, key.columns[0]};
  parent = {static_cast<std::size_t>(found - tables_.begin()), column};
  return true;
}

void ReferenceProof::watch(std::size_t table, TableProfiler& profiler) {
  for (auto& [place, set] : sets_)
    if (place.first == table) profiler.collect(place.second, set);
}

// An integer equals the same integer whatever the affinities of the two columns are: where one turns it into
// something else, that is what is stored, and it is in no set.
bool ReferenceProof::holds(std::size_t table, const TableProfile& profile) const {
  const std::vector<ForeignKey>& keys = tables_[table]->foreign_keys;
  return std::all_of(keys.begin(), keys.end(), [&](const ForeignKey& key) {
    Place child, parent;
    if (!find_columns(key, table, child, parent)) return false;
    const ColumnProfile& values = profile.columns[child.second];
    if (values.integers != values.values()) return false;
    const IntegerSet& given = sets_.at(child);
    const IntegerSet& there = sets_.at(parent);
    return given.complete() && there.complete() && there.includes(given);
  });
}

}  // namespace whimbrel::move
