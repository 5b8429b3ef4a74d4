#include "common/file/compressed_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "common/error.h"
#include "common/file/compression.h"

namespace whimbrel {
namespace {

namespace fs = std::filesystem;

struct Collector : ByteSink {
  void write(std::string_view bytes) override { all += bytes; }
  std::string all;
};

// Of which a compressed file is neither tiny nor as large.
std::string sample(std::size_t size) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < size) {
    text += "{\"id\":" + std::to_string(random()) + ",\"name\":\"";
    for (int i = 0; i < 20; ++i) text += static_cast<char>('a' + random() % 26);
    text += "\"}\n";
  }
  text.resize(size);
  return text;
}

std::string compressed(Compression compression, std::initializer_list<std::string_view> frames) {
  Collector sink;
  const auto compressor = make_compressor(compression, sink);
  for (const std::string_view frame : frames) {
    compressor->write(frame);
    compressor->end_frame();
  }
  return sink.all;
}

std::string read_all(ByteSource& source) {
  std::string all;
  char buffer[10000];
  while (const std::size_t got = source.read(buffer, sizeof buffer)) all.append(buffer, got);
  return all;
}

class CompressedFileTest : public testing::TestWithParam<Compression> {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "whimbrel-compressed-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path() const { return (directory_ / "a").string(); }
  std::string put(std::string_view bytes) const {
    std::ofstream(path(), std::ios::binary) << bytes;
    return path();
  }
  // What reading it all says: "" when nothing is wrong.
  std::string failure(std::string_view bytes) const {
    const File file(put(bytes));
    CompressedFile opened(file, GetParam());
    try {
      read_all(*opened.open(0));
    } catch (const Error& error) {
      EXPECT_EQ(error.code, code::kDamagedDocument);
      EXPECT_NE(error.message.find(path()), std::string::npos);
      return error.message;
    }
    return "";
  }

  fs::path directory_;
};

TEST_P(CompressedFileTest, GivesWhatWasWritten) {
  const std::string text = sample(3'000'000);
  const std::string bytes = compressed(GetParam(), {text});
  EXPECT_LT(bytes.size(), text.size());
  EXPECT_EQ(compression_of_content(bytes.substr(0, 4)), GetParam());
  const File file(put(bytes));
  CompressedFile opened(file, GetParam());
  EXPECT_TRUE(read_all(*opened.open(0)) == text);
  EXPECT_TRUE(read_all(*opened.open(0)) == text);
}

TEST_P(CompressedFileTest, FramesAreOneContentAndCanBeAbandoned) {
  const std::string text = sample(5'000'000);
  const std::string_view view = text;
  Collector sink;
  const auto compressor = make_compressor(GetParam(), sink);
  compressor->end_frame();
  EXPECT_EQ(sink.all, "");
  compressor->write(view.substr(0, 2'000'000));
  compressor->end_frame();
  const std::size_t kept = sink.all.size();
  compressor->write(view.substr(0, 1'500'000));
  compressor->abandon_frame();
  sink.all.resize(kept);
  compressor->write(view.substr(2'000'000));
  compressor->end_frame();
  const File file(put(sink.all));
  CompressedFile opened(file, GetParam());
  EXPECT_TRUE(read_all(*opened.open(0)) == text);
}

TEST_P(CompressedFileTest, CanBeReadFromAnyPlaceInAnyOrder) {
  const std::string text = sample(9'000'000);
  const std::string_view view = text;
  const File file(put(
      compressed(GetParam(), {view.substr(0, 100), view.substr(100, 3'000'000), view.substr(3'000'100)})));
  CompressedFile opened(file, GetParam());
  for (const std::size_t offset :
       {std::size_t{0}, std::size_t{300'000}, std::size_t{8'999'999}, std::size_t{4'000'000},
        std::size_t{3'000'100}, std::size_t{50}, std::size_t{9'000'000}}) {
    const auto source = opened.open(offset);
    std::string part(700'000, '\0');
    std::size_t size = 0;
    while (const std::size_t got = source->read(part.data() + size, part.size() - size)) size += got;
    part.resize(size);
    EXPECT_TRUE(part == view.substr(offset, 700'000)) << offset;
  }
  const auto first = opened.open(1000);
  const auto second = opened.open(2000);
  EXPECT_TRUE(read_all(*second) == view.substr(2000));
  EXPECT_TRUE(read_all(*first) == view.substr(1000));
}

TEST_P(CompressedFileTest, WhatIsCutOffIsDamaged) {
  const std::string text = sample(600'000);
  const std::string bytes = compressed(GetParam(), {std::string_view(text).substr(0, 1000), text});
  EXPECT_EQ(failure(bytes), "");
  for (std::size_t size = 5; size < bytes.size(); size += 1 + bytes.size() / 50) {
    const std::string message = failure(bytes.substr(0, size));
    // Behind a whole frame nothing is missing that this layer could know of.
    if (size != compressed(GetParam(), {std::string_view(text).substr(0, 1000)}).size()) {
      EXPECT_NE(message.find("data end too early"), std::string::npos) << size << message;
    }
  }
  EXPECT_NE(failure(bytes.substr(0, bytes.size() - 1)).find("data end too early"), std::string::npos);
}

TEST_P(CompressedFileTest, ChangedBytesAreDamage) {
  const std::string bytes = compressed(GetParam(), {sample(200'000)});
  for (std::size_t at = 20; at < bytes.size(); at += 1 + bytes.size() / 60) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x55);
    EXPECT_NE(failure(changed), "") << at;
  }
  EXPECT_NE(failure(bytes + "something else").find("damaged"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Formats, CompressedFileTest, testing::Values(Compression::gzip, Compression::zstd),
                         [](const auto& info) { return info.param == Compression::gzip ? "gzip" : "zstd"; });

TEST(Compression, IsKnownByNameAndContent) {
  using namespace std::string_view_literals;
  EXPECT_EQ(compression_of_name("a.json.gz"), Compression::gzip);
  EXPECT_EQ(compression_of_name("a.jsonl.zst"), Compression::zstd);
  EXPECT_EQ(compression_of_name("a.json"), Compression::none);
  EXPECT_EQ(compression_of_content(""), Compression::none);
  EXPECT_EQ(compression_of_content("{\"me"), Compression::none);
  EXPECT_EQ(compression_of_content("\x5D\x2A\x4D\x18"sv), Compression::zstd);
  EXPECT_EQ(compression_of_content("\xEF\xBB\xBF{"sv), Compression::none);
}

}  // namespace
}  // namespace whimbrel
