#include "common/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>

#include "common/error.h"
#include "test/core/fake_host.h"

namespace whimbrel {
namespace {

// Batches of two rows that are numbered on.
class Numbers : public RowReader {
 public:
  std::size_t columns() const override { return 1; }
  bool next(RowBatch& batch) override {
    if (asked_of_ && asked_of_->load() > 0) disturbed_ = true;
    batch.reset(1);
    if (given_ == fails_at_) throw Error("S0011", "damaged");
    if (given_ == batches_) return false;
    for (std::size_t i = 0; i < 2; ++i)
      batch.append()[0] = Cell::text(batch.arena().copy(std::to_string(2 * given_ + i)));
    ++given_;
    return true;
  }
  bool batch_stands_alone() const override { return asked_of_ == nullptr; }

  std::size_t batches_ = 0;
  std::size_t fails_at_ = static_cast<std::size_t>(-1);
  std::atomic<std::size_t> given_ = 0;
  std::atomic<int>* asked_of_ = nullptr;  // above 0 while a batch is in use: none stands alone
  std::atomic<bool> disturbed_ = false;
};

std::size_t count(ReadAhead& rows, std::atomic<int>& in_use, std::chrono::microseconds work = {}) {
  std::size_t number = 0;
  RowBatch batch;
  while (rows.next(batch)) {
    ++in_use;
    std::this_thread::sleep_for(work);
    for (std::size_t i = 0; i < batch.rows(); ++i)
      EXPECT_EQ(batch.row(i)[0].view(), std::to_string(number++));
    --in_use;
  }
  EXPECT_TRUE(batch.empty());
  return number;
}

TEST(ReadAhead, GivesEveryRowInItsPlace) {
  for (const std::size_t batches : {0u, 1u, 4u, 5u, 6u, 500u}) {
    fake::FakeHost host;
    Numbers numbers;
    numbers.batches_ = batches;
    std::atomic<int> in_use = 0;
    ReadAhead rows(numbers, host);
    EXPECT_EQ(count(rows, in_use), 2 * batches);
  }
}

TEST(ReadAhead, LetsTheReaderStandStillForWhatItLends) {
  fake::FakeHost host;
  Numbers numbers;
  numbers.batches_ = 100;
  std::atomic<int> in_use = 0;
  numbers.asked_of_ = &in_use;
  ReadAhead rows(numbers, host);
  EXPECT_EQ(count(rows, in_use, std::chrono::microseconds(50)), 200u);
  EXPECT_FALSE(numbers.disturbed_);
}

// Batches with one value of two megabytes each.
class Huge : public RowReader {
 public:
  std::size_t columns() const override { return 1; }
  bool next(RowBatch& batch) override {
    batch.reset(1);
    if (given_ == 50) return false;
    batch.append()[0] = Cell::text(batch.arena().copy(std::string(2 << 20, 'h')));
    ++given_;
    return true;
  }
  bool batch_stands_alone() const override { return true; }
  std::atomic<std::size_t> given_ = 0;
};

TEST(ReadAhead, HoldsOneBatchOfHugeValues) {
  fake::FakeHost host;
  Huge huge;
  ReadAhead rows(huge, host);
  RowBatch batch;
  std::size_t taken = 0;
  while (rows.next(batch)) {
    ++taken;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    EXPECT_EQ(batch.row(0)[0].view().size(), std::size_t{2} << 20);
    // The first of them may be read before anybody knows how large they are.
    if (taken > 6) {
      EXPECT_EQ(huge.given_, taken);
    }
  }
  EXPECT_EQ(taken, 50u);
}

TEST(ReadAhead, PassesOnWhatTheReaderSaysBehindTheRowsBefore) {
  for (const std::size_t batches : {0u, 3u, 50u}) {
    fake::FakeHost host;
    Numbers numbers;
    numbers.batches_ = 100;
    numbers.fails_at_ = batches;
    ReadAhead rows(numbers, host);
    RowBatch batch;
    for (std::size_t i = 0; i < batches; ++i) ASSERT_TRUE(rows.next(batch));
    EXPECT_THROW(rows.next(batch), Error);
  }
}

TEST(ReadAhead, EndsInTheMiddle) {
  fake::FakeHost host;
  Numbers numbers;
  numbers.batches_ = 1'000'000;
  {
    ReadAhead rows(numbers, host);
    RowBatch batch;
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(rows.next(batch));
  }
  const std::size_t given = numbers.given_;
  EXPECT_LT(given, 40u);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(numbers.given_, given);
}

}  // namespace
}  // namespace whimbrel
