#include "common/transfer/json_hash.h"

#include <cstring>

#include "common/error.h"
#include "common/json/reader_value.h"
#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

// Arbitrary odd words: digits of the fractions of the square roots of the first primes.
constexpr std::uint64_t kMix[4] = {0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B,
                                   0xA54FF53A5F1D36F1};
constexpr std::uint64_t kJoin[4] = {0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B,
                                    0x5BE0CD19137E2179};
constexpr std::uint64_t kLength = 0x9E3779B97F4A7C15;

constexpr std::uint64_t kLiteralSeed = 0x57484A4C49544552;
constexpr std::uint64_t kIntegerSeed = 0x57484A494E544547;
constexpr std::uint64_t kRealSeed = 0x57484A5245414C53;
constexpr std::uint64_t kDecimalSeed = 0x57484A444543494D;
constexpr std::uint64_t kStringSeed = 0x57484A535452494E;
constexpr std::uint64_t kArraySeed = 0x57484A4152524159;
constexpr std::uint64_t kObjectSeed = 0x57484A4F424A4543;
constexpr std::uint64_t kInvalidSeed = 0x57484A494E56414C;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

Hash mix(std::uint64_t a, std::uint64_t b, std::uint64_t seed) {
  return {fold(a ^ seed ^ kMix[0], b ^ kMix[1]), fold(a ^ seed ^ kMix[2], b ^ kMix[3])};
}

Hash join(const Hash& first, const Hash& second) {
  return {fold(first.low ^ kJoin[0], second.low ^ kJoin[1]),
          fold(first.high ^ kJoin[2], second.high ^ kJoin[3])};
}

// A string of fewer than 16 bytes; memory up to `readable` may be read. Inlined, for hashes must stay in
// registers.
[[gnu::always_inline]] inline Hash hash_short(const char* data, std::size_t size, const char* readable) {
  std::uint64_t words[2];
#if defined(__SSE2__)
  if (readable - data >= 16) {
    alignas(16) static constexpr unsigned char kBytes[32] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                             255, 255, 255, 255, 255, 255, 255, 255};
    const __m128i kept = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kBytes + 16 - size));
    const __m128i bytes = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(data)), kept);
    words[0] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
    words[1] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(bytes, bytes)));
    return mix(words[0], words[1], kStringSeed + size * kLength);
  }
#else
  (void)readable;
#endif
  words[0] = words[1] = 0;
  std::memcpy(words, data, size);
  return mix(words[0], words[1], kStringSeed + size * kLength);
}

[[gnu::always_inline]] inline Hash hash_string(std::string_view text, const char* readable) {
  return text.size() < 16 ? hash_short(text.data(), text.size(), readable) : hash_bytes(text, kStringSeed);
}

}  // namespace

// Builds the hash of one value while it is read.
class JsonHasher::Sink {
 public:
  static constexpr bool kWanted = true;

  explicit Sink(JsonHasher& hasher) : hasher_(hasher) {}

  Hash result() const { return result_; }

  [[gnu::always_inline]] void begin(bool object) {
    auto& frames = hasher_.frames_;
    if (depth_ == frames.size()) frames.emplace_back();
    top_ = &frames[depth_++];
    const std::uint64_t seed = object ? kObjectSeed : kArraySeed;
    top_->state = {seed, seed};
    top_->count = 0;
    top_->object = object;
  }
  [[gnu::always_inline]] void end() {
    const Hash hash = join(top_->state, {top_->count, top_->count});
    --depth_;
    top_ = depth_ == 0 ? nullptr : &hasher_.frames_[depth_ - 1];
    take(hash);
  }
  [[gnu::always_inline]] void key(std::string_view text, const char* readable) {
    const Hash key = hash_string(text, readable);
    top_->key_low = key.low;
    top_->key_high = key.high;
  }
  [[gnu::always_inline]] void string(std::string_view text, const char* readable) {
    take(hash_string(text, readable));
  }
  void integer(std::int64_t value) { take(hash_integer(value)); }
  void number(std::string_view text) { take(hasher_.hash_number(text)); }
  void literal(char first) { take(mix(static_cast<unsigned char>(first), 0, kLiteralSeed)); }

 private:
  // A complete value goes into what encloses it.
  [[gnu::always_inline]] void take(const Hash& value) {
    if (top_ == nullptr) {
      result_ = value;
      return;
    }
    ++top_->count;
    if (top_->object) {
      const Hash member = join({top_->key_low, top_->key_high}, value);
      top_->state.low += member.low;
      top_->state.high += member.high;
    } else {
      top_->state = join(top_->state, value);
    }
  }

  JsonHasher& hasher_;
  Frame* top_ = nullptr;
  std::size_t depth_ = 0;
  Hash result_;
};

Hash JsonHasher::hash_integer(std::int64_t value) {
  return mix(static_cast<std::uint64_t>(value), 0, kIntegerSeed);
}

Hash JsonHasher::hash_number(std::string_view number) {
  char space[128];
  char* begin = space;
  if (encoded_number_size(number.size()) > sizeof space) {
    scratch_.resize(encoded_number_size(number.size()));
    begin = scratch_.data();
  }
  const char* const end = encode_number(begin, number, false);
  if (*begin == 'd') return hash_bytes({begin, static_cast<std::size_t>(end - begin)}, kDecimalSeed);
  std::uint64_t word;
  std::memcpy(&word, begin + 1, sizeof word);
  return mix(word, 0, *begin == 'i' ? kIntegerSeed : kRealSeed);
}

Hash JsonHasher::hash(std::string_view document) {
  try {
    json::Reader reader(document, {.max_depth = static_cast<std::size_t>(-1)});
    Hash hash;
    read(reader, hash);
    return hash;
  } catch (const Error&) {
    return hash_bytes(document, kInvalidSeed);
  }
}

std::string_view JsonHasher::read(json::Reader& reader, Hash& hash) {
  Sink sink(*this);
  const std::string_view raw = reader.raw_value_to(sink);
  hash = sink.result();
  return raw;
}

}  // namespace whimbrel
