#include "common/transfer/key_set.h"

#include <utility>

#include "common/cell_copy.h"

namespace whimbrel {

std::string key_condition(Host& host, const Table& table, const std::vector<std::size_t>& columns,
                          std::size_t keys) {
  if (keys == 0) return "1 = 0";
  if (columns.size() == 1) {
    std::vector<std::string> values;
    for (std::size_t key = 1; key <= keys; ++key) values.push_back("$" + std::to_string(key));
    return host.equals_one_of(table, columns[0], values);
  }
  std::vector<std::string> equal;  // "a" = , for a value behind it
  for (const std::size_t column : columns) equal.push_back(host.equals(table, column, ""));
  std::string sql;
  std::size_t parameter = 0;
  for (std::size_t key = 0; key < keys; ++key) {
    sql += key == 0 ? "(" : " OR (";
    for (std::size_t i = 0; i < columns.size(); ++i)
      sql += (i == 0 ? "" : " AND ") + equal[i] + "$" + std::to_string(++parameter);
    sql += ")";
  }
  return sql;
}

KeySet::KeySet(const Table& table, std::vector<std::size_t> columns)
    : table_(table), columns_(std::move(columns)), hash_(table_, columns_) {}

bool KeySet::has(const Cell* key) { return hashes_.contains(hash_.of(key)); }

bool KeySet::add(const Cell* key) {
  const Hash hashed = hash_.of(key);
  if (hashes_.contains(hashed)) return false;
  hashes_.add(hashed);
  if (few()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) cells_.push_back(copy_cell(key[i], arena_));
  } else if (!cells_.empty()) {
    cells_.clear();
    arena_ = Arena();
  }
  return true;
}

std::string KeySet::condition(Host& host) const {
  return key_condition(host, table_, columns_, hashes_.size());
}

}  // namespace whimbrel
