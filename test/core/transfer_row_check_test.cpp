#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "common/transfer/row_check.h"

namespace whimbrel {
namespace {

std::vector<RepeatedRow> repeated(const std::vector<std::int64_t>& keys, std::size_t memory, std::size_t most,
                                  std::uint64_t& count) {
  const char* const directory = std::getenv("TMPDIR");
  SpillSpace space(directory == nullptr ? "/tmp" : directory, memory);
  KeyHashes hashes({0}, space);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Cell cell = keys[i] == 0 ? Cell() : Cell::integer_of(keys[i]);
    hashes.add(i + 1, &cell);
  }
  const std::vector<RepeatedRow> found = hashes.repeated(most);
  count = hashes.count();
  return found;
}

TEST(KeyHashes, RowsThatRepeatAKey) {
  for (const std::size_t memory : {std::size_t{1} << 20, std::size_t{0}}) {  // none: all in a file
    std::uint64_t count = 0;
    const auto found = repeated({5, 4, 5, 0, 3, 0, 5, 4}, memory, 100, count);
    EXPECT_EQ(count, 3U);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].row, 3U);
    EXPECT_EQ(found[0].earlier, 1U);
    EXPECT_EQ(found[1].row, 7U);
    EXPECT_EQ(found[1].earlier, 3U);
    EXPECT_EQ(found[2].row, 8U);
    EXPECT_EQ(found[2].earlier, 2U);
  }
}

TEST(KeyHashes, OnlyTheFirstOfVeryMany) {
  std::vector<std::int64_t> keys;
  for (std::int64_t i = 3000; i > 0; --i) keys.push_back(i);
  for (std::int64_t i = 1; i <= 3000; ++i) keys.push_back(i);
  std::uint64_t count = 0;
  const auto found = repeated(keys, 0, 10, count);
  EXPECT_EQ(count, 3000U);
  ASSERT_EQ(found.size(), 10U);
  EXPECT_EQ(found[0].row, 3001U);
  EXPECT_EQ(found[0].earlier, 3000U);
  EXPECT_EQ(found[9].row, 3010U);
}

TEST(KeyOrder, RisesOrNot) {
  const auto rises = [](const std::vector<Cell>& cells) {
    KeyOrder order({0});
    for (const Cell& cell : cells) order.add(&cell);
    return order.rises();
  };
  EXPECT_TRUE(rises({}));
  EXPECT_TRUE(rises({Cell::integer_of(1), Cell(), Cell::integer_of(2), Cell::integer_of(9)}));
  EXPECT_FALSE(rises({Cell::integer_of(1), Cell::integer_of(1)}));
  EXPECT_FALSE(rises({Cell::text("b"), Cell::text("a"), Cell::text("c")}));
  EXPECT_FALSE(rises({Cell::integer_of(1), Cell::text("2")}));  // not known
}

}  // namespace
}  // namespace whimbrel
