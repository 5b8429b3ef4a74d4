// Rows that are left out, found by any key that names them, and what is known of keys.
#include <gtest/gtest.h>

#include <filesystem>

#include "common/transfer/references/key_index.h"
#include "common/transfer/references/left_out.h"
#include "common/transfer/references/waiting_rows.h"

namespace whimbrel {
namespace {

Table users() {
  Table table;
  table.name = "users";
  for (const auto& [name, kind] : {std::pair{"id", Kind::integer}, {"code", Kind::text}}) {
    Column column;
    column.name = name;
    column.kind = kind;
    table.columns.push_back(column);
  }
  return table;
}

LeftOutRows::Row row(const std::vector<Cell>& cells) {
  return [&cells](std::size_t column) { return cells[column]; };
}

TEST(LeftOut, ByEveryKeyThatNamesTheRow) {
  const Table table = users(), other = users();
  SpillSpace space("/tmp");
  LeftOutRows rows(space);
  Arena arena;
  LeftOutKeys* const by_id = rows.watch(table, {0});
  LeftOutKeys* const by_code = rows.watch(table, {1});
  EXPECT_EQ(rows.watch(table, {0}), by_id);
  rows.watch(other, {0});
  // A text in a document is the number that it is in the column.
  const std::vector<Cell> cells = {Cell::text("7"), Cell::text("x")};
  EXPECT_TRUE(rows.add(table, row(cells), arena));
  EXPECT_FALSE(rows.add(table, row(cells), arena));
  const Cell seven = Cell::integer_of(7), eight = Cell::integer_of(8), x = Cell::text("x");
  EXPECT_TRUE(by_id->has(&seven));
  EXPECT_FALSE(by_id->has(&eight));
  EXPECT_TRUE(by_code->has(&x));
  EXPECT_FALSE(rows.has(other, row(cells), arena));
  const std::vector<Cell> by_one = {Cell(), x}, by_none = {eight, Cell()};
  EXPECT_TRUE(rows.has(table, row(by_one), arena));
  EXPECT_FALSE(rows.has(table, row(by_none), arena));
}

TEST(LeftOut, AnyNumberOfRowsDoesNotStayInMemory) {
  const Table table = users();
  SpillSpace space("/tmp", 100'000);
  LeftOutRows rows(space);
  LeftOutKeys* const keys = rows.watch(table, {0});
  constexpr std::int64_t kRows = 20'000;
  for (std::int64_t id = 0; id < kRows; ++id) {
    const Cell key = Cell::integer_of(id * 3);
    ASSERT_TRUE(keys->add(&key, id % 2 == 1));
  }
  EXPECT_GT(space.spilled(), 0U);
  for (std::int64_t id = 0; id < kRows * 3; ++id) {
    const Cell key = Cell::integer_of(id);
    ASSERT_EQ(keys->has(&key), id % 3 == 0);
    ASSERT_EQ(keys->has_late(&key), id % 6 == 3);
  }
}

TEST(LeftOut, LateIsWhatWasNotKnownBefore) {
  const Table table = users();
  SpillSpace space("/tmp");
  LeftOutRows rows(space);
  LeftOutKeys* const keys = rows.watch(table, {0});
  const Cell one = Cell::integer_of(1), two = Cell::integer_of(2);
  EXPECT_TRUE(keys->add(&one, false));
  EXPECT_FALSE(keys->add(&one, true));
  EXPECT_FALSE(rows.any_late());
  EXPECT_TRUE(keys->add(&two, true));
  EXPECT_TRUE(rows.any_late());
  EXPECT_FALSE(keys->has_late(&one));
  EXPECT_TRUE(keys->has_late(&two));
}

TEST(LeftOut, WhoWaitsGoesWithWhomItWaitsFor) {
  const Table table = users();
  SpillSpace space("/tmp", 100'000);
  LeftOutRows rows(space);
  LeftOutKeys* const by_id = rows.watch(table, {0});
  LeftOutKeys* const by_code = rows.watch(table, {1});
  WaitingRows waiting(rows, space);
  Arena arena;
  constexpr std::int64_t kRows = 20'000;  // each waits for the next one; every third one has a code
  const auto remember = [&](std::int64_t id) {
    const std::vector<Cell> cells = {Cell::integer_of(id), id % 3 == 0 ? Cell::text("c") : Cell()};
    return waiting.remember(table, row(cells), arena);
  };
  for (std::int64_t id = 0; id < kRows; ++id) {
    const Cell next = Cell::integer_of(id + 1), code = Cell::text("c"), other = Cell::integer_of(-1);
    const WaitingRows::Place place = remember(id);
    waiting.wait(place, *by_id, &other);
    if (id != kRows / 2) waiting.wait(place, *by_id, &next);
    if (id == 1) waiting.wait(remember(-7), *by_code, &code);
  }
  EXPECT_GT(space.spilled(), 0U);
  waiting.leave_out(remember(kRows));
  for (std::int64_t id = -7; id <= kRows; ++id) {
    const Cell key = Cell::integer_of(id);
    ASSERT_EQ(by_id->has(&key), id > kRows / 2 || id == -7) << id;
  }
  waiting.leave_out(remember(-1));
  const Cell first = Cell::integer_of(0);
  EXPECT_TRUE(by_id->has(&first));
}

TEST(KeyIndex, KeepsTheFirst) {
  SpillSpace space(std::filesystem::temp_directory_path().string());
  KeyIndex index(space);
  Arena arena;
  const Cell key[] = {Cell::integer_of(1), Cell::text("a")}, other[] = {Cell::integer_of(1), Cell::text("b")};
  EXPECT_TRUE(index.empty());
  EXPECT_FALSE(index.add(key, Cell::integer_of(10), arena));
  EXPECT_FALSE(index.add(other, Cell::integer_of(20), arena));
  EXPECT_EQ(index.add(key, Cell::integer_of(30), arena)->integer, 10);
  EXPECT_EQ(index.find(other, arena)->integer, 20);
  EXPECT_FALSE(index.find({key, 1}, arena));
}

}  // namespace
}  // namespace whimbrel
