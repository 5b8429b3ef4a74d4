#include "common/transfer/references/waiting_rows.h"

#include <cstring>
#include <string>
#include <string_view>

#include "common/transfer/references/id_map.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

WaitingRows::Place WaitingRows::remember(const Table& table, const LeftOutRows::Row& row, Arena& arena) {
  const Place place{rows_.size()};
  const auto put = [this](const auto& value) {
    rows_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  put(&table);
  std::string key;
  for (const LeftOutKeys* one : left_out_.of(table)) {
    Cell cells[kMostParts];
    key.clear();
    if (take_key(table, one->columns(), row, cells, arena)) encode_key({cells, one->columns().size()}, key);
    put(key.size());
    rows_.append(key.data(), key.size());
  }
  return place;
}

void WaitingRows::wait(Place row, const LeftOutKeys& named, const Cell* key) {
  Arena arena;
  references_.push_back({row, 0});
  const auto number = static_cast<std::int64_t>(references_.size());
  KeyIndex& first = first_.try_emplace(&named, space_).first->second;
  const auto known = first.add({key, named.columns().size()}, Cell::integer_of(number), arena);
  if (!known) return;
  std::uint64_t& next = references_[static_cast<std::size_t>(known->integer) - 1].next;
  references_.back().next = next;
  next = static_cast<std::uint64_t>(number);
}

void WaitingRows::leave_out(Place row) {
  gone_.push_back(row);
  while (!gone_.empty()) {
    std::size_t at = static_cast<std::size_t>(gone_.back());
    gone_.resize(gone_.size() - 1);
    const auto take = [&](auto& value) {
      std::memcpy(&value, rows_.begin() + at, sizeof(value));
      at += sizeof(value);
    };
    const Table* table = nullptr;
    take(table);
    for (LeftOutKeys* one : left_out_.of(*table)) {
      std::size_t size = 0;
      take(size);
      const std::string_view key(rows_.begin() + at, size);
      at += size;
      if (key.empty()) continue;
      Cell cells[kMostParts];
      decode_key(key, cells, one->columns().size());
      if (one->add(cells, false)) take_waiting(*one, cells);
    }
  }
}

void WaitingRows::take_waiting(const LeftOutKeys& named, const Cell* key) {
  const auto index = first_.find(&named);
  if (index == first_.end()) return;
  Arena arena;
  const auto first = index->second.find({key, named.columns().size()}, arena);
  for (std::uint64_t next = first ? static_cast<std::uint64_t>(first->integer) : 0; next != 0;
       next = references_[next - 1].next)
    gone_.push_back(references_[next - 1].row);
}

}  // namespace whimbrel
