// Maps of ids: every type of key, in memory and in files, and what they take.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/transfer/references/id_map.h"

namespace whimbrel {
namespace {

std::filesystem::path parent() {
  return std::filesystem::temp_directory_path() / ("whimbrel-spill-test-" + std::to_string(getpid()));
}
std::string directory() { return parent() / "deeper"; }

// Behind all tests.
class RemoveDirectory : public testing::Environment {
 public:
  void TearDown() override { std::filesystem::remove_all(parent()); }
};
[[maybe_unused]] const auto* const kRemove =
    testing::AddGlobalTestEnvironment(std::make_unique<RemoveDirectory>().release());

class Maps : public testing::TestWithParam<std::size_t> {
 protected:
  SpillSpace space{directory(), GetParam()};
  IdMap map{space};
  Arena arena;

  bool add(std::vector<Cell> from, std::vector<Cell> to) { return map.add(from, to); }
  std::int64_t number(std::int64_t from) {
    const Cell cell = Cell::integer_of(from);
    Cell to;
    return map.find({&cell, 1}, &to, arena) ? to.integer : -1;
  }
};

TEST_P(Maps, ChainsOfIntegers) {
  for (std::int64_t i = 1; i <= 3; ++i) add({Cell::integer_of(i)}, {Cell::integer_of(i + 1)});
  ASSERT_TRUE(map.seal());
  EXPECT_EQ(number(1), 2);
  EXPECT_EQ(number(3), 4);
  EXPECT_EQ(number(4), -1);
  EXPECT_EQ(number(0), -1);
  EXPECT_EQ(map.size(), 3u);
}

TEST_P(Maps, IntegersInAnyOrder) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max(), kLeast = -kMost - 1;
  const std::vector<std::int64_t> keys = {7, 3, 4, 5, kMost, kLeast, 0, -1, 6};
  for (std::size_t i = 0; i < keys.size(); ++i)
    add({Cell::integer_of(keys[i])}, {Cell::integer_of(static_cast<std::int64_t>(i) + 100)});
  ASSERT_TRUE(map.seal());
  for (std::size_t i = 0; i < keys.size(); ++i)
    EXPECT_EQ(number(keys[i]), static_cast<std::int64_t>(i) + 100);
  for (const std::int64_t other : {kMost - 1, kLeast + 1, std::int64_t{1}, std::int64_t{-2}, std::int64_t{8}})
    EXPECT_EQ(number(other), -1);
}

TEST_P(Maps, OneIntegerTwice) {
  for (const std::int64_t i : {1, 2, 3, 2}) add({Cell::integer_of(i)}, {Cell::integer_of(i)});
  EXPECT_FALSE(map.seal());
  EXPECT_EQ(map.duplicate(), 2);
}

TEST_P(Maps, KeysOfEveryKind) {
  const std::string uuid(16, '\x7f'), other_uuid(16, '\x01'), bytes("a\0b", 3);
  EXPECT_TRUE(add({Cell::text("a")}, {Cell::text("b")}));
  EXPECT_TRUE(add({Cell::text("b")}, {Cell::text("a")}));
  EXPECT_TRUE(add({Cell::of(Tag::uuid, uuid)}, {Cell::of(Tag::uuid, other_uuid)}));
  EXPECT_TRUE(add({Cell::of(Tag::bytes, bytes)}, {Cell::integer_of(5)}));
  EXPECT_TRUE(add({Cell::integer_of(5)}, {Cell::text("five")}));
  EXPECT_TRUE(add({Cell::integer_of(1), Cell::text("x")}, {Cell::integer_of(2), Cell::text("y")}));
  EXPECT_FALSE(add({Cell::integer_of(1), Cell::text("x")}, {Cell::integer_of(3), Cell::text("y")}));
  EXPECT_FALSE(add({Cell::text("a")}, {Cell::text("c")}));
  ASSERT_TRUE(map.seal());
  Cell to[2];
  const auto find = [&](std::vector<Cell> from) { return map.find(from, to, arena); };
  ASSERT_TRUE(find({Cell::text("b")}));
  EXPECT_EQ(to[0].view(), "a");
  ASSERT_TRUE(find({Cell::of(Tag::uuid, uuid)}));
  EXPECT_EQ(to[0].view(), other_uuid);
  ASSERT_TRUE(find({Cell::of(Tag::bytes, bytes)}));
  EXPECT_EQ(to[0].integer, 5);
  ASSERT_TRUE(find({Cell::integer_of(5)}));
  EXPECT_EQ(to[0].view(), "five");
  ASSERT_TRUE(find({Cell::integer_of(1), Cell::text("x")}));
  EXPECT_EQ(to[0].integer, 2);
  EXPECT_EQ(to[1].view(), "y");
  EXPECT_FALSE(find({Cell::text("c")}));
  EXPECT_FALSE(find({Cell::of(Tag::bytes, std::string_view("a"))}));
  EXPECT_FALSE(find({Cell::integer_of(1), Cell::text("y")}));
}

TEST_P(Maps, ManyTexts) {
  constexpr int kCount = 40000;
  for (int i = 0; i < kCount; ++i) {
    const std::string from = "from" + std::to_string(i), to = "to" + std::to_string(i * 7);
    ASSERT_TRUE(add({Cell::text(from)}, {Cell::text(to)}));
  }
  ASSERT_TRUE(map.seal());
  for (int i = 0; i < kCount; i += 37) {
    const std::string from = "from" + std::to_string(i);
    const Cell cell = Cell::text(from);
    Cell to;
    ASSERT_TRUE(map.find({&cell, 1}, &to, arena));
    ASSERT_EQ(to.view(), "to" + std::to_string(i * 7));
  }
}

TEST_P(Maps, ManyIntegersWithGaps) {
  constexpr std::int64_t kCount = 100000;
  for (std::int64_t i = 0; i < kCount; ++i) add({Cell::integer_of(i * 3)}, {Cell::integer_of(i)});
  ASSERT_TRUE(map.seal());
  for (std::int64_t i = 0; i < kCount; i += 41) ASSERT_EQ(number(i * 3), i);
  EXPECT_EQ(number(1), -1);
  if (GetParam() == 0) {
    EXPECT_GE(space.spilled(), static_cast<std::uint64_t>(kCount) * 24);
  }
}

INSTANTIATE_TEST_SUITE_P(Memory, Maps,
                         testing::Values(SpillSpace::kMemory, std::size_t{300000}, std::size_t{0}));

TEST(Spill, FilesHaveNoNameAndGoAway) {
  SpillSpace space(directory(), 0);
  {
    SpillArray<int> array(space);
    for (int i = 0; i < 100000; ++i) array.push_back(i);
    EXPECT_GT(space.spilled(), 0u);
    EXPECT_TRUE(std::filesystem::is_empty(directory()));
    EXPECT_EQ(array[99999], 99999);
  }
  EXPECT_EQ(space.spilled(), 0u);
}

TEST(Spill, WhereNoFileCanBe) {
  SpillSpace space("/proc/nowhere", 0);
  SpillArray<int> array(space);
  try {
    array.push_back(1);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code, code::kFile);
    EXPECT_NE(error.message.find("/proc/nowhere"), std::string::npos);
  }
}

}  // namespace
}  // namespace whimbrel
