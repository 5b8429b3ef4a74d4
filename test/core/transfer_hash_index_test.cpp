#include <gtest/gtest.h>

#include <set>

#include "common/transfer/hash_index.h"

namespace whimbrel {
namespace {

TEST(HashIndex, FindsEachOfManyByItsHash) {
  HashIndex index;
  const auto hash = [](std::uint64_t i) { return Hash{i % 700, i / 700}; };  // many of one bucket
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_FALSE(index.contains(hash(i)));
    EXPECT_EQ(index.add(hash(i)), i);
  }
  EXPECT_EQ(index.size(), 5000U);
  for (std::uint32_t i = 0; i < 5000; ++i) EXPECT_EQ(index.find(hash(i)), i);
  EXPECT_EQ(index.find(hash(5000)), HashIndex::none);
}

TEST(HashIndex, GivesAllOfOneHash) {
  HashIndex index(2);
  for (int i = 0; i < 40; ++i) index.add(Hash{static_cast<std::uint64_t>(i % 2), 16});
  std::set<std::uint32_t> found;
  for (std::uint32_t at = index.find({1, 16}); at != HashIndex::none; at = index.find_next(at))
    EXPECT_TRUE(found.insert(at).second);
  EXPECT_EQ(found.size(), 20U);
  EXPECT_EQ(*found.begin() % 2, 1U);
  EXPECT_EQ(index.find({17, 16}), HashIndex::none);  // the same bucket
}

TEST(HashIndex, IsEmptyAgain) {
  HashIndex index;
  index.add({1, 2});
  index.clear();
  EXPECT_TRUE(index.empty());
  EXPECT_FALSE(index.contains({1, 2}));
  EXPECT_EQ(index.add({1, 2}), 0U);
}

}  // namespace
}  // namespace whimbrel
