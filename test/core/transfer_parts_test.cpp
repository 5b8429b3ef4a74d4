// The parts of a table that several processes write: their order, their sums, and their places in one file.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/file/part_file.h"
#include "common/transfer/export_part.h"
#include "common/transfer/parts_done.h"

namespace whimbrel {
namespace {

using Key = std::vector<std::int64_t>;

PartEnd part(std::uint64_t rows, const Key& first, const Key& last) {
  return {false, rows, {rows, 1}, first, last};
}

TEST(PartsDone, CountsPartsThatFollowEachOther) {
  PartsDone done;
  done.add(part(2, {1, 5}, {3, 4}));
  done.add(part(0, {}, {}));
  done.add(part(3, {3, 5}, {3, 9}));
  EXPECT_FALSE(done.out_of_order);
  EXPECT_EQ(done.rows, 5U);
  EXPECT_EQ(done.sum, (Hash{5, 3}));
}

TEST(PartsDone, SeesAKeyThatIsNotAboveTheOneBefore) {
  for (const Key& next : {Key{3, 4}, Key{3, 3}, Key{-1, 9}}) {
    PartsDone done;
    done.add(part(2, {1, 5}, {3, 4}));
    done.add(part(0, {}, {}));
    done.add(part(1, next, {9, 9}));
    EXPECT_TRUE(done.out_of_order);
    done.add(part(1, {10, 0}, {11, 0}));
    EXPECT_TRUE(done.out_of_order);
  }
}

TEST(PartsDone, TakesAPartsOwnWord) {
  PartsDone done;
  done.add({true, 1, {}, {}, {}});
  EXPECT_TRUE(done.out_of_order);
}

TEST(PartsDone, ComparesNoKeyThatItCannotKeep) {
  const Key one(PartsDone::kMostKeyColumns, 1), two(PartsDone::kMostKeyColumns, 2),
      long_one(PartsDone::kMostKeyColumns + 1, 1);
  PartsDone done;
  done.add(part(1, one, one));
  done.add(part(1, two, two));
  EXPECT_FALSE(done.out_of_order);
  PartsDone longer;
  longer.add(part(1, long_one, long_one));
  EXPECT_TRUE(longer.out_of_order);
}

TEST(PartMessage, AnEndComesBack) {
  const PartEnd sent{true, 7, {1, 2}, {-3, 4}, {5, 6}};
  const PartMessage read = read_part_message(part_end_message(sent));
  ASSERT_TRUE(read.end.has_value());
  EXPECT_TRUE(read.end->out_of_order);
  EXPECT_EQ(read.end->rows, 7U);
  EXPECT_EQ(read.end->sum, (Hash{1, 2}));
  EXPECT_EQ(read.end->first_key, (Key{-3, 4}));
  EXPECT_EQ(read.end->last_key, (Key{5, 6}));
  EXPECT_EQ(read_part_message(std::string(1, kPartRows) + ",{}").rows, ",{}");
}

class PartFileTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/whimbrel-parts-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/file"; }
  std::string content() const {
    std::ostringstream text;
    text << std::ifstream(path()).rdbuf();
    return text.str();
  }

  std::string directory_;
};

TEST_F(PartFileTest, OthersWriteBetweenWhatTheOwnerWrites) {
  AtomicFile file(path());
  file.write("[");
  PartFile part(*file.share());
  ASSERT_TRUE(part.is_open());
  part.write_at(4, "second");
  part.write_at(1, "one");
  file.skip_to(10);
  file.write("]");
  file.commit();
  EXPECT_EQ(content(), "[onesecond]");
}

TEST_F(PartFileTest, TheOwnerTakesBackWhatOthersWrote) {
  AtomicFile file(path());
  file.write("[");
  PartFile(*file.share()).write_at(1, "much more");
  file.truncate(1);
  file.write("]");
  file.commit();
  EXPECT_EQ(content(), "[]");
}

TEST_F(PartFileTest, AFileThatCannotBeOpenedSaysSo) {
  EXPECT_FALSE(PartFile({directory_ + "/none", "none"}).is_open());
}

}  // namespace
}  // namespace whimbrel
