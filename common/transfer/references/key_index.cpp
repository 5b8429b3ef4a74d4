#include "common/transfer/references/key_index.h"

#include <string>

namespace whimbrel {

namespace {

// A key of any number of parts as one.
std::string whole_key(std::span<const Cell> key) {
  std::string text;
  encode_key(key, text);
  return text;
}

}  // namespace

std::optional<Cell> KeyIndex::add(std::span<const Cell> key, const Cell& value, Arena& arena) {
  const std::string text = whole_key(key);
  const Cell from = Cell::text(text);
  if (map_.add({&from, 1}, {&value, 1})) return std::nullopt;
  return find(key, arena);
}

std::optional<Cell> KeyIndex::find(std::span<const Cell> key, Arena& arena) const {
  const std::string text = whole_key(key);
  const Cell from = Cell::text(text);
  Cell value;
  if (!map_.find({&from, 1}, &value, arena)) return std::nullopt;
  return value;
}

}  // namespace whimbrel
