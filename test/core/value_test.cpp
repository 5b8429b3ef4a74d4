#include "common/value.h"

#include <gtest/gtest.h>

#include <string>

namespace whimbrel {
namespace {

TEST(Arena, KeepsWhatWasCopiedUntilCleared) {
  Arena arena;
  std::vector<std::string> wanted;
  std::vector<std::string_view> kept;
  for (std::size_t size : {0u, 1u, 100'000u, 300'000u, 200'000u, 1u}) {
    wanted.emplace_back(size, static_cast<char>('a' + wanted.size()));
    kept.push_back(arena.copy(wanted.back()));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(kept[i], wanted[i]) << i;
  EXPECT_EQ(arena.used(), 600'002u);
  arena.clear();
  EXPECT_EQ(arena.used(), 0u);
  EXPECT_EQ(arena.copy("again"), "again");
}

TEST(RowBatch, IsFullByRowsOrByBytes) {
  RowBatch batch;
  batch.reset(2);
  std::size_t rows = 0;
  while (!batch.full()) {
    Cell* cells = batch.append();
    cells[0] = Cell::integer_of(static_cast<std::int64_t>(rows));
    cells[1] = Cell::text("x");
    ++rows;
  }
  EXPECT_EQ(rows, RowBatch::kMaxRows);
  EXPECT_EQ(batch.row(255)[0].integer, 255);

  batch.clear();
  EXPECT_TRUE(batch.empty());
  const std::string big(RowBatch::kMaxBytes, 'x');
  Cell* cells = batch.append();
  cells[0] = Cell();
  cells[1] = Cell::text(batch.arena().copy(big));
  EXPECT_TRUE(batch.full());
  batch.drop_last();
  EXPECT_TRUE(batch.empty());
}

}  // namespace
}  // namespace whimbrel
