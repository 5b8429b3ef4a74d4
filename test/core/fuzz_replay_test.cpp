// The fuzzers of test/fuzz without their engine: what they assert holds of their seeds, and of a number of
// changed ones, the same each time. The fuzzers themselves need clang and time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "fuzzers.h"

namespace whimbrel {
namespace {

constexpr std::size_t kChanged = 2000;
constexpr std::size_t kLongest = 4096;

std::vector<std::string> seeds_of(const fuzz::Fuzzer& fuzzer) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(WHIMBREL_ROOT) /
                                                               "test/fuzz/seeds" / fuzzer.seeds))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Changes {
 public:
  explicit Changes(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  // A seed with up to four changes: bytes that go, come twice, become others, or are those of another seed.
  std::string next() {
    std::string text = any();
    for (std::size_t left = 1 + below(4); left > 0; --left) change(text);
    text.resize(std::min(text.size(), kLongest));
    return text;
  }

 private:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  const std::string& any() { return seeds_[below(seeds_.size())]; }
  std::string piece(const std::string& text) {
    const std::size_t at = below(text.size() + 1);
    return text.substr(at, below(40));
  }
  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(5)) {
      case 0:
        text.erase(at, 1 + below(20));
        break;
      case 1:
        text.insert(at, piece(text));
        break;
      case 2:
        text.insert(at, piece(any()));
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      default:
        text.resize(at);
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{20261123};
};

class FuzzReplay : public testing::TestWithParam<fuzz::Fuzzer> {};

TEST_P(FuzzReplay, Holds) {
  const auto run = [](const std::string& text) {
    GetParam().run(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  const std::vector<std::string> seeds = seeds_of(GetParam());
  ASSERT_FALSE(seeds.empty());
  run("");
  for (const std::string& seed : seeds) run(seed);
  Changes changes(seeds);
  for (std::size_t i = 0; i < kChanged; ++i) run(changes.next());
}

INSTANTIATE_TEST_SUITE_P(Fuzzers, FuzzReplay, testing::ValuesIn(fuzz::kFuzzers),
                         [](const testing::TestParamInfo<fuzz::Fuzzer>& one) { return one.param.seeds; });

}  // namespace
}  // namespace whimbrel
