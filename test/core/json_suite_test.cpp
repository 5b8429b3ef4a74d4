// JSONTestSuite (github.com/nst/JSONTestSuite): each y_ file is accepted, each n_ file refused, in every way
// to read.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/json/reader.h"
#include "test/core/chunk_source.h"

namespace whimbrel::json {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Body>
bool accepts(Reader& reader, Body body) {
  try {
    body();
    return reader.next() == Token::end;
  } catch (const Error& error) {
    EXPECT_EQ(error.code, code::kInvalidJson);
    EXPECT_TRUE(error.message.starts_with("invalid JSON: ")) << error.message;
    EXPECT_TRUE(error.detail.starts_with("Line ")) << error.detail;
    return false;
  }
}

bool accepts_tokens(Reader& reader) {
  return accepts(reader, [&] {
    while (reader.next() != Token::end) {
    }
  });
}

TEST(JsonSuite, AgreesWithEveryFile) {
  const fs::path folder = fs::path(WHIMBREL_ROOT) / "../shared/data/json-test-suite/test_parsing";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "JSONTestSuite is not at " << folder;
  int accepted = 0, refused = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    const std::string text = read_file(entry.path());
    // A byte order mark belongs to a whole text, which the readers take; is_valid() is of values.
    const bool marked = text.starts_with("\xef\xbb\xbf");
    if (marked) {
      EXPECT_FALSE(is_valid(text));
    }
    const bool valid = is_valid(marked ? std::string_view(text).substr(3) : std::string_view(text));
    if (name.starts_with("y_")) {
      EXPECT_TRUE(valid);
      ++accepted;
    } else if (name.starts_with("n_")) {
      EXPECT_FALSE(valid);
      ++refused;
    }
    Reader memory(text);
    EXPECT_EQ(accepts_tokens(memory), valid);
    for (const std::size_t chunk : {1, 2, 3, 5, 16, 1000}) {
      ChunkSource a(text, chunk), b(text, chunk), c(text, chunk);
      Reader all(a), raw(b), skipped(c);
      EXPECT_EQ(accepts_tokens(all), valid);
      EXPECT_EQ(accepts(raw, [&] { raw.raw_value(); }), valid);
      EXPECT_EQ(accepts(skipped, [&] { skipped.skip_value(); }), valid);
    }
  }
  EXPECT_EQ(accepted, 95);
  EXPECT_EQ(refused, 188);
}

}  // namespace
}  // namespace whimbrel::json
