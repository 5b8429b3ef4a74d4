#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "common/transfer/pending_rows.h"

namespace whimbrel {
namespace {

Table tree() {
  Table table;
  table.schema = "main";
  table.name = "t";
  for (const char* name : {"id", "parent", "other"}) table.columns.emplace_back().name = name;
  for (const std::size_t column : {1, 2}) {
    ForeignKey key;
    key.columns = {column};
    key.parent_schema = "main";
    key.parent_table = "t";
    key.parent_columns = {"id"};
    table.foreign_keys.push_back(key);
  }
  return table;
}

Cell id(std::int64_t value) { return value == 0 ? Cell() : Cell::integer_of(value); }

using Groups = std::vector<std::vector<std::uint64_t>>;

// Rows of an action, an id and two parents.
Groups groups(const std::vector<std::array<std::int64_t, 3>>& rows) {
  PendingRows pending(tree(), {0, 1, 2}, 1);
  std::uint64_t number = 0;
  for (const auto& row : rows) {
    const Cell cells[] = {Cell::integer_of(0), id(row[0]), id(row[1]), id(row[2])};
    pending.add(cells, ++number);
  }
  Groups numbers;
  for (const PendingRows::Group& group : pending.groups()) {
    auto& one = numbers.emplace_back();
    for (const std::size_t row : group) one.push_back(pending.number(row));
    std::ranges::sort(one);
  }
  return numbers;
}

TEST(PendingRows, ParentsComeFirst) {
  EXPECT_EQ(groups({{1, 2, 0}, {2, 3, 0}, {3, 99, 0}}), (Groups{{3}, {2}, {1}}));
  EXPECT_EQ(groups({{1, 0, 2}, {2, 2, 0}}), (Groups{{2}, {1}}));
}

TEST(PendingRows, RowsInACircleStayTogether) {
  EXPECT_EQ(groups({{4, 1, 0}, {1, 2, 0}, {2, 0, 3}, {3, 1, 9}}), (Groups{{2, 3, 4}, {1}}));
}

TEST(PendingRows, TakesOnlyWhatMayFindItsParentLater) {
  Table table = tree();
  Error error("23503", "no parent");
  EXPECT_TRUE(PendingRows(table, {0, 1}, 0).takes(error));
  EXPECT_FALSE(PendingRows(table, {1, 2}, 0).takes(error));  // no row has its key
  error.code = "23505";
  EXPECT_FALSE(PendingRows(table, {0, 1}, 0).takes(error));
  error.code = "S0787";
  EXPECT_TRUE(PendingRows(table, {0, 1}, 0).takes(error));
  table.foreign_keys.clear();
  EXPECT_FALSE(PendingRows(table, {0, 1}, 0).takes(error));
}

}  // namespace
}  // namespace whimbrel
