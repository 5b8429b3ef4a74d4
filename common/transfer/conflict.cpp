#include "common/transfer/conflict.h"

#include <algorithm>
#include <vector>

namespace whimbrel {

namespace {

OnConflict mode_of(std::string_view name) {
  const auto found = std::ranges::find(kConflictModes, name);
  return static_cast<OnConflict>(found - std::begin(kConflictModes));
}

// How well a pattern that matches says which table is meant.
std::size_t precision(const std::string& pattern, const TableName& table) {
  if (pattern == table.display_name() || pattern == table.schema + "." + table.name) return std::string::npos;
  return static_cast<std::size_t>(
      std::ranges::count_if(pattern, [](char c) { return c != '*' && c != '?'; }));
}

}  // namespace

ConflictModes::ConflictModes(const Options& options) {
  for (const auto& [pattern, mode] : options.map("on_conflict")) modes_.emplace(pattern, mode_of(mode));
}

bool ConflictModes::plain() const {
  return std::ranges::all_of(
      modes_, [](const auto& entry) { return entry.first == "*" && entry.second == OnConflict::error; });
}

bool ConflictModes::may_skip() const {
  return std::ranges::any_of(modes_, [](const auto& entry) { return entry.second == OnConflict::skip; });
}

OnConflict ConflictModes::of(const TableName& table) const {
  OnConflict mode = OnConflict::error;
  std::size_t best = 0;
  bool any = false;
  for (const auto& [pattern, its_mode] : modes_) {
    if (!matches_table(pattern, table)) continue;
    const std::size_t its_precision = precision(pattern, table);
    if (any && its_precision <= best) continue;
    any = true;
    best = its_precision;
    mode = its_mode;
  }
  return mode;
}

void ConflictModes::require_matches(std::span<const TableName> names) const {
  SelectionOptions selection;
  for (const auto& entry : modes_) selection.tables.push_back(entry.first);
  whimbrel::require_matches(names, selection);
}

}  // namespace whimbrel
