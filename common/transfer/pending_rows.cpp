#include "common/transfer/pending_rows.h"

#include <algorithm>
#include <unordered_map>

#include "common/json/writer.h"
#include "common/schema/components.h"
#include "common/transfer/parent_keys.h"

namespace whimbrel {

namespace {

// The values with their lengths; empty where one is missing: then nothing is referenced.
std::string key_of(const Cell* row, const std::vector<std::size_t>& cells) {
  std::string key;
  json::Buffer text;
  for (const std::size_t cell : cells) {
    if (row[cell].is_null()) return {};
    text.clear();
    append_key_text(text, row[cell]);
    key += std::to_string(text.size()) + ":";
    key += text.view();
  }
  return key;
}

}  // namespace

PendingRows::PendingRows(const Table& table, const std::vector<std::size_t>& columns, std::size_t first)
    : rows_(first + columns.size()) {
  const auto add_cell = [&](std::vector<std::size_t>& cells, std::size_t column) {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end()) return false;
    cells.push_back(first + static_cast<std::size_t>(found - columns.begin()));
    return true;
  };
  for (const ForeignKey& key : table.foreign_keys) {
    if (key.parent_table != table.name || key.parent_schema != table.schema) continue;
    Link link;
    bool given = true;
    for (const std::size_t column : key.columns) given = given && add_cell(link.child, column);
    for (const std::string& column : key.parent_columns)
      given = given && add_cell(link.parent, table.find_column(column));
    if (given) links_.push_back(std::move(link));
  }
}

bool PendingRows::takes(const Error& error) const {
  // SQLITE_CONSTRAINT_FOREIGNKEY
  return !links_.empty() && (error.code == "23503" || error.code == "S0787");
}

void PendingRows::add(const Cell* row, std::uint64_t number) {
  rows_.add(row);
  numbers_.push_back(number);
}

std::vector<PendingRows::Group> PendingRows::groups() const {
  ComponentEdges parents(numbers_.size());
  for (const Link& link : links_) {
    std::unordered_map<std::string, std::size_t> by_key;
    for (std::size_t i = 0; i < numbers_.size(); ++i)
      if (std::string key = key_of(row(i), link.parent); !key.empty()) by_key.emplace(std::move(key), i);
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      const auto found = by_key.find(key_of(row(i), link.child));
      if (found != by_key.end() && found->second != i) parents[i].push_back(found->second);
    }
  }
  std::size_t count = 0;
  const std::vector<std::size_t> component = components_of(parents, count);
  std::vector<Group> groups(count);
  for (std::size_t i = 0; i < component.size(); ++i) groups[component[i]].push_back(i);
  return groups;
}

}  // namespace whimbrel
