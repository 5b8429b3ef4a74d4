#include "common/transfer/write_behind.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "common/error.h"
#include "test/core/fake_host.h"

namespace whimbrel {
namespace {

// Keeps what it takes; slow, so that a buffer is still full when the next one comes.
class Kept : public ExportSink {
 public:
  void drain(json::Buffer& out, bool last) override {
    if (!last && out.size() < json::Buffer::kFlushSize) return;
    if (text.size() >= fails_at) throw Error(code::kFile, "no space left");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (!last && std::this_thread::get_id() != caller) ++by_thread;
    text += out.view();
    out.clear();
    finished = finished || last;
  }
  std::uint64_t taken() const override { return text.size(); }
  void mark(std::uint64_t position) override { marked = position; }
  bool can_rewind() const override { return true; }
  void rewind(std::uint64_t size) override { text.resize(size); }
  std::optional<SharedFile> share(json::Buffer& out) override {
    text += out.view();
    out.clear();
    return SharedFile{"shared", "shared"};
  }
  void skip_to(std::uint64_t size) override { text.resize(size, '-'); }

  std::thread::id caller = std::this_thread::get_id();
  std::string text;
  std::size_t fails_at = static_cast<std::size_t>(-1);
  std::uint64_t marked = 0;
  std::atomic<int> by_thread = 0;
  bool finished = false;
};

class WriteBehindTest : public ::testing::Test {
 protected:
  WriteBehindTest() {
    auto kept = std::make_unique<Kept>();
    kept_ = kept.get();
    sink_.emplace(host_, std::move(kept));
  }

  // As an exporter does: pieces that are told apart, the sink asked after each.
  void write(std::size_t pieces) {
    for (std::size_t i = 0; i < pieces; ++i) {
      const std::string piece = std::to_string(written_++) + std::string(10'000, 'x') + "\n";
      out_.append(piece);
      expected_ += piece;
      sink_->drain(out_, false);
      ASSERT_EQ(sink_->taken() + out_.size(), expected_.size());
    }
  }

  fake::FakeHost host_;
  Kept* kept_ = nullptr;
  std::optional<WriteBehind> sink_;
  json::Buffer out_;
  std::string expected_;
  std::size_t written_ = 0;
};

TEST_F(WriteBehindTest, WritesAllInOrder) {
  write(1000);
  sink_->drain(out_, true);
  EXPECT_TRUE(kept_->finished);
  EXPECT_TRUE(kept_->text == expected_);
  if (std::thread::hardware_concurrency() > 1) {
    EXPECT_GT(kept_->by_thread, 10);
  }
}

TEST_F(WriteBehindTest, StartsNoThreadForALittle) {
  write(50);
  sink_->drain(out_, true);
  EXPECT_TRUE(kept_->text == expected_);
  EXPECT_EQ(kept_->by_thread, 0);
}

TEST_F(WriteBehindTest, GoesBackToWhereItWas) {
  write(500);
  const std::uint64_t mark = sink_->taken() + out_.size();
  sink_->mark(mark);
  EXPECT_EQ(kept_->marked, mark);
  write(500);
  out_.clear();
  expected_.resize(mark);
  sink_->rewind(mark - out_.size());
  EXPECT_EQ(sink_->taken(), mark);
  EXPECT_TRUE(kept_->text == expected_);
  write(500);
  sink_->drain(out_, true);
  EXPECT_TRUE(kept_->text == expected_);
}

TEST_F(WriteBehindTest, LetsOthersWriteBehindAllOfIt) {
  write(500);
  ASSERT_TRUE(sink_->share(out_));
  EXPECT_TRUE(kept_->text == expected_);
  EXPECT_EQ(sink_->taken(), expected_.size());
  sink_->skip_to(expected_.size() + 5);
  expected_ += "-----";
  write(200);
  sink_->drain(out_, true);
  EXPECT_TRUE(kept_->text == expected_);
}

TEST_F(WriteBehindTest, TellsTheFaultOfTheThread) {
  kept_->fails_at = 3'000'000;
  EXPECT_THROW(
      {
        write(1000);
        sink_->drain(out_, true);
      },
      Error);
  EXPECT_LT(kept_->text.size(), 4'000'000u);
}

TEST_F(WriteBehindTest, EndsInTheMiddle) {
  write(1000);
  sink_.reset();
}

TEST_F(WriteBehindTest, WritesAHugePieceWithoutASecondBuffer) {
  write(500);
  const std::string huge(3'000'000, 'h');
  const int before = kept_->by_thread;
  out_.append(huge);
  expected_ += huge;
  sink_->drain(out_, false);
  EXPECT_TRUE(kept_->text == expected_);
  EXPECT_EQ(out_.view().data(), nullptr);  // the next huge one may come in the other buffer
  EXPECT_LE(kept_->by_thread, before + 1);
  write(500);
  sink_->drain(out_, true);
  EXPECT_TRUE(kept_->text == expected_);
}

}  // namespace
}  // namespace whimbrel
