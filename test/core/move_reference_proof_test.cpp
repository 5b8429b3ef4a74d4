#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "common/move/integer_set.h"
#include "common/move/reference_proof.h"

namespace whimbrel::move {
namespace {

TEST(IntegerSet, KnowsWhatItHolds) {
  std::size_t pages = 100;
  IntegerSet all(pages), some(pages), other(pages);
  for (std::int64_t value = -70'000; value < 70'000; ++value) {
    all.add(value);
    if (value % 3 == 0) some.add(value);
  }
  EXPECT_TRUE(all.includes(some));
  EXPECT_FALSE(some.includes(all));
  EXPECT_TRUE(some.includes(other));
  for (const std::int64_t value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                   std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})
    other.add(value);
  EXPECT_FALSE(all.includes(other));
  all.add(std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(all.includes(other));
  all.add(std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(all.includes(other));
  all.add(70'000);
  other.add(70'001);
  EXPECT_FALSE(all.includes(other));
}

TEST(IntegerSet, GivesBackItsRoomWhenNumbersLieTooFarApart) {
  std::size_t pages = 4;
  {
    IntegerSet close(pages), wide(pages);
    for (std::int64_t value = 0; value < 40'000; ++value) close.add(value);
    EXPECT_EQ(pages, 2u);
    for (std::int64_t value = 0; value < 4; ++value) wide.add(value << 40);
    EXPECT_FALSE(wide.complete());
    EXPECT_EQ(pages, 2u);
    wide.add(1);
    EXPECT_FALSE(wide.complete());
    close.add(-1);
    EXPECT_TRUE(close.complete());
    EXPECT_EQ(pages, 1u);
  }
  EXPECT_EQ(pages, 4u);
}

// parents (id, other), children (parent, self) with keys to parents.id and to itself.
class Proof : public testing::Test {
 protected:
  Proof() {
    parents_.name = "parents";
    children_.name = "children";
    for (const char* name : {"id", "other"}) parents_.columns.emplace_back().name = name;
    for (const char* name : {"id", "parent", "self"}) children_.columns.emplace_back().name = name;
    add_key(1, "parents");
    add_key(2, "children");
  }

  void add_key(std::size_t column, const char* parent) {
    ForeignKey key;
    key.columns = {column};
    key.parent_table = parent;
    key.parent_columns = {"id"};
    children_.foreign_keys.push_back(key);
  }

  static Cell number(std::int64_t value) { return Cell::integer_of(value); }

  bool holds(const std::vector<std::vector<Cell>>& children) {
    ReferenceProof proof({&children_, &parents_});
    const TableProfile profile = read(proof, 0, children_, children);
    read(proof, 1, parents_, {{number(1), number(10)}, {number(2), number(20)}, {number(3), number(30)}});
    return proof.holds(0, profile);
  }

  static TableProfile read(ReferenceProof& proof, std::size_t number, const Table& table,
                           const std::vector<std::vector<Cell>>& rows) {
    TableProfiler profiler(table, GeneratedColumns::have_values);
    proof.watch(number, profiler);
    for (const std::vector<Cell>& row : rows) profiler.add(row.data());
    return profiler.take();
  }

  Table parents_, children_;
};

TEST_F(Proof, HoldsWhereEveryNumberHasItsParent) {
  EXPECT_TRUE(holds({}));
  EXPECT_TRUE(holds(
      {{number(5), number(3), number(6)}, {number(6), number(1), Cell()}, {number(7), Cell(), Cell()}}));
}

TEST_F(Proof, LacksAParent) {
  EXPECT_FALSE(holds({{number(5), number(4), Cell()}}));
  EXPECT_FALSE(holds({{number(5), number(10), Cell()}}));  // in the parent's other column
  EXPECT_FALSE(holds({{number(5), number(3), number(1)}}));
}

TEST_F(Proof, IsNotKnownOfWhatIsNoInteger) {
  EXPECT_FALSE(holds({{number(5), Cell::text("3"), Cell()}}));
  EXPECT_FALSE(holds({{number(5), Cell::real_of(3), Cell()}}));
}

TEST_F(Proof, IsNotKnownOfOtherKeys) {
  const std::vector<std::vector<Cell>> rows = {{number(5), number(3), Cell()}};
  add_key(1, "elsewhere");
  EXPECT_FALSE(holds(rows));
  children_.foreign_keys.back().parent_table = "parents";
  EXPECT_TRUE(holds(rows));
  children_.foreign_keys.back().parent_columns = {"none"};
  EXPECT_FALSE(holds(rows));
  children_.foreign_keys.back().columns = {1, 2};
  children_.foreign_keys.back().parent_columns = {"id", "other"};
  EXPECT_FALSE(holds(rows));
}

}  // namespace
}  // namespace whimbrel::move
