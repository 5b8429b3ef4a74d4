#include "common/transfer/json_hash.h"

#include <bit>
#include <cstring>

#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

// Digits that cannot overflow 64 bits.
constexpr std::size_t kSafeDigits = 18;

constexpr std::uint64_t kScalarSeed = 0x57484A5343414C52;
constexpr std::uint64_t kStringSeed = 0x57484A5354524E47;
constexpr std::uint64_t kKeySeed = 0x57484A4B45595330;
constexpr std::uint64_t kArraySeed = 0x57484A4152524159;
constexpr std::uint64_t kObjectSeed = 0x57484A4F424A4543;
constexpr std::uint64_t kCloseSeed = 0x57484A434C4F5345;

// Both halves of the product folded into one.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// One hash of two, whose order matters. What goes in are hashes already, so that two multiplications (of the
// kind that XXH3 itself is made of) are enough to mix them.
Hash combine(const Hash& first, const Hash& second, std::uint64_t seed) {
  constexpr std::uint64_t kFirstSecret = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t kSecondSecret = 0xC2B2AE3D27D4EB4F;
  constexpr std::uint64_t kThirdSecret = 0x165667B19E3779F9;
  return {fold(first.low ^ kFirstSecret, second.high ^ seed) + (first.high ^ std::rotl(second.low, 29)),
          fold(first.high ^ kSecondSecret, second.low ^ seed ^ kThirdSecret) +
              (first.low ^ std::rotl(second.high, 31))};
}

Hash close(const Hash& state, std::uint64_t count, bool object) {
  return combine(state, {count, object ? kObjectSeed : kArraySeed}, kCloseSeed);
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool ends_number(char c) { return c == ',' || c == '}' || c == ']' || is_space(c); }

std::uint32_t read_hex4(const char* p) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return value;
}

void append_utf8(std::string& out, std::uint32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Which of eight bytes is the first quote or backslash; 8 when none is.
int find_quote_or_backslash(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  const std::uint64_t quotes = word ^ (kOnes * '"');
  const std::uint64_t slashes = word ^ (kOnes * '\\');
  // The lowest bit set is exact; those above it may be wrong by a carry.
  const std::uint64_t found = (((quotes - kOnes) & ~quotes) | ((slashes - kOnes) & ~slashes)) & kHighs;
  return std::countr_zero(found) / 8;
}

}  // namespace

std::string_view JsonHasher::unescape(const char* p, const char* end) {
  scratch_.clear();
  while (p != end) {
    if (*p != '\\') {
      scratch_ += *p++;
      continue;
    }
    const char kind = p[1];
    p += 2;
    switch (kind) {
      case 'b':
        scratch_ += '\b';
        break;
      case 'f':
        scratch_ += '\f';
        break;
      case 'n':
        scratch_ += '\n';
        break;
      case 'r':
        scratch_ += '\r';
        break;
      case 't':
        scratch_ += '\t';
        break;
      case 'u': {
        std::uint32_t point = read_hex4(p);
        p += 4;
        if (point >= 0xD800 && point < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
          point = 0x10000 + ((point - 0xD800) << 10) + (read_hex4(p + 2) - 0xDC00);
          p += 6;
        }
        append_utf8(scratch_, point);
        break;
      }
      default:
        scratch_ += kind;
        break;
    }
  }
  return scratch_;
}

Hash JsonHasher::hash_string(const char*& p, const char* end, std::uint64_t seed) {
  const char* const begin = ++p;
  bool escaped = false;
  for (;;) {
    while (end - p >= 8) {
      std::uint64_t word;
      std::memcpy(&word, p, 8);
      const int found = find_quote_or_backslash(word);
      p += found;
      if (found != 8) break;
    }
    while (*p != '"' && *p != '\\') ++p;
    if (*p == '"') break;
    escaped = true;
    p += 2;
  }
  const char* const close = p++;
  if (escaped) return hash_bytes(unescape(begin, close), seed);
  return hash_bytes({begin, static_cast<std::size_t>(close - begin)}, seed);
}

Hash JsonHasher::hash_number(std::string_view number) {
  char space[128];
  // The commonest numbers, without a look at what else one may be.
  if (number.size() <= kSafeDigits) {
    std::int64_t value = 0;
    std::size_t i = 0;
    for (; i < number.size() && number[i] >= '0' && number[i] <= '9'; ++i)
      value = value * 10 + (number[i] - '0');
    if (i == number.size()) {
      return hash_bytes({space, static_cast<std::size_t>(encode_integer(space, value) - space)}, kScalarSeed);
    }
  }
  if (encoded_number_size(number.size()) <= sizeof space) {
    const char* const end = encode_number(space, number, false);
    return hash_bytes({space, static_cast<std::size_t>(end - space)}, kScalarSeed);
  }
  scratch_.resize(encoded_number_size(number.size()));
  const char* const end = encode_number(scratch_.data(), number, false);
  return hash_bytes({scratch_.data(), static_cast<std::size_t>(end - scratch_.data())}, kScalarSeed);
}

Hash JsonHasher::hash(std::string_view document) {
  const char* p = document.data();
  const char* const end = p + document.size();
  stack_.clear();
  Hash value;
  for (;;) {
    // Here p stands in front of a value, a key, or the end of an empty object or array.
    while (is_space(*p)) ++p;
    bool complete = true;
    switch (*p) {
      case '{':
      case '[':
        stack_.push_back({});
        stack_.back().object = *p == '{';
        ++p;
        while (is_space(*p)) ++p;
        complete = *p == '}' || *p == ']';
        if (complete) {
          value = close({}, 0, stack_.back().object);
          stack_.pop_back();
          ++p;
        }
        break;
      case '"':
        value = hash_string(p, end, kStringSeed);
        break;
      case 'n':
      case 't':
      case 'f':
        value = hash_bytes({p, 1}, kScalarSeed);
        p += *p == 'f' ? 5 : 4;
        break;
      default: {
        const char* const begin = p;
        while (p != end && !ends_number(*p)) ++p;
        value = hash_number({begin, static_cast<std::size_t>(p - begin)});
        break;
      }
    }
    // A complete value goes into what encloses it, which may be complete then too.
    while (complete) {
      if (stack_.empty()) return value;
      Frame& frame = stack_.back();
      ++frame.count;
      if (frame.object) {
        frame.state += combine(frame.key, value, kObjectSeed);
      } else {
        frame.state = combine(frame.state, value, kArraySeed);
      }
      while (is_space(*p)) ++p;
      if (*p++ == ',') break;
      value = close(frame.state, frame.count, frame.object);
      stack_.pop_back();
    }
    if (stack_.back().object) {
      while (is_space(*p)) ++p;
      stack_.back().key = hash_string(p, end, kKeySeed);
      while (is_space(*p)) ++p;
      ++p;  // the colon
    }
  }
}

}  // namespace whimbrel
