#include "common/transfer/references/left_out.h"

#include <algorithm>

#include "common/transfer/references/key_cell.h"

namespace whimbrel {

bool LeftOutKeys::add(const Cell* key, bool late) {
  Arena arena;
  const bool fresh = !keys_.add({key, columns_.size()}, Cell::integer_of(late ? 1 : 0), arena);
  any_late_ = any_late_ || (fresh && late);
  return fresh;
}

std::optional<bool> LeftOutKeys::find(const Cell* key) const {
  if (keys_.empty()) return std::nullopt;
  Arena arena;
  const auto late = keys_.find({key, columns_.size()}, arena);
  return late ? std::optional(late->integer != 0) : std::nullopt;
}

bool LeftOutKeys::has(const Cell* key) const { return find(key).has_value(); }

bool LeftOutKeys::has_late(const Cell* key) const { return any_late_ && find(key).value_or(false); }

LeftOutKeys* LeftOutRows::watch(const Table& table, const std::vector<std::size_t>& columns) {
  for (LeftOutKeys& one : keys_)
    if (&one.table() == &table && one.columns() == columns) return &one;
  return &keys_.emplace_back(table, columns, space_);
}

std::vector<LeftOutKeys*> LeftOutRows::of(const Table& table) {
  std::vector<LeftOutKeys*> found;
  for (LeftOutKeys& one : keys_)
    if (&one.table() == &table) found.push_back(&one);
  return found;
}

bool LeftOutRows::add(const Table& table, const Row& row, Arena& arena) {
  bool fresh = false;
  Cell key[kMostParts];
  for (LeftOutKeys* one : of(table))
    if (take_key(table, one->columns(), row, key, arena)) fresh = one->add(key, false) || fresh;
  return fresh;
}

bool LeftOutRows::has(const Table& table, const Row& row, Arena& arena) {
  Cell key[kMostParts];
  return std::ranges::any_of(of(table), [&](const LeftOutKeys* one) {
    return take_key(table, one->columns(), row, key, arena) && one->has(key);
  });
}

bool LeftOutRows::any_late() const {
  return std::ranges::any_of(keys_, [](const LeftOutKeys& one) { return one.any_late(); });
}

bool take_key(const Table& table, const std::vector<std::size_t>& columns, const LeftOutRows::Row& row,
              Cell* key, Arena& arena) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Cell cell = row(columns[i]);
    if (cell.is_null() || !to_key_cell(cell, table.columns[columns[i]].kind, arena, key[i])) return false;
  }
  return true;
}

}  // namespace whimbrel
