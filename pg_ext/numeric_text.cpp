#include "pg_ext/numeric_text.h"

namespace whimbrel::pg {

namespace {

constexpr unsigned kSignMask = 0xC000, kNegative = 0x4000, kShort = 0x8000, kSpecial = 0xC000;
constexpr unsigned kNaN = 0xC000, kPositiveInfinity = 0xD000, kNegativeInfinityHeader = 0xF000;
constexpr unsigned kShortSign = 0x2000, kShortScaleMask = 0x1F80, kShortWeightSign = 0x0040,
                   kShortWeightMask = 0x003F;
constexpr int kShortScaleShift = 7;
constexpr unsigned kScaleMask = 0x3FFF;

struct Unpacked {
  bool negative;
  int scale;   // digits behind the point
  int weight;  // of the first base-10000 digit
  int count;
  const char* digits;  // 16-bit, maybe unaligned
};

unsigned load16(const char* at) {
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

Unpacked unpack(const char* data, std::size_t size) {
  const unsigned header = load16(data);
  Unpacked number{};
  if ((header & kSignMask) == kSpecial) return number;
  if ((header & kShort) != 0) {
    number.negative = (header & kShortSign) != 0;
    number.scale = static_cast<int>((header & kShortScaleMask) >> kShortScaleShift);
    number.weight = static_cast<int>(header & kShortWeightMask) -
                    ((header & kShortWeightSign) != 0 ? static_cast<int>(kShortWeightMask) + 1 : 0);
    number.digits = data + 2;
    number.count = static_cast<int>((size - 2) / 2);
  } else {
    number.negative = (header & kSignMask) == kNegative;
    number.scale = static_cast<int>(header & kScaleMask);
    number.weight = static_cast<std::int16_t>(load16(data + 2));
    number.digits = data + 4;
    number.count = static_cast<int>((size - 4) / 2);
  }
  return number;
}

int digit_at(const Unpacked& number, int index) {
  return index < 0 || index >= number.count ? 0 : static_cast<int>(load16(number.digits + 2 * index));
}

char* write_four(char* at, int value) {
  at[0] = static_cast<char>('0' + value / 1000);
  at[1] = static_cast<char>('0' + value / 100 % 10);
  at[2] = static_cast<char>('0' + value / 10 % 10);
  at[3] = static_cast<char>('0' + value % 10);
  return at + 4;
}

char* copy_text(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

void append16(json::Buffer& out, int value) {
  char* at = out.reserve(2);
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
  out.advance(2);
}

// The digits of a number with where its point stands, found without copying.
struct Scanned {
  bool negative = false;
  std::string_view whole, fraction;
  std::int64_t exponent = 0;
};

bool scan_number(std::string_view text, Scanned& result) {
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) result.negative = text[i++] == '-';
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return text.substr(begin, i - begin);
  };
  result.whole = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    result.fraction = digits();
  }
  if (result.whole.empty() && result.fraction.empty()) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && text[i] == '+') ++i;
    const auto parsed = std::from_chars(text.data() + i, text.data() + text.size(), result.exponent);
    if (parsed.ec != std::errc() || result.exponent > 1'000'000 || result.exponent < -1'000'000) return false;
    i = static_cast<std::size_t>(parsed.ptr - text.data());
  }
  return i == text.size();
}

}  // namespace

std::size_t max_numeric_text(const char* data, std::size_t size) {
  const Unpacked number = unpack(data, size);
  // Both parts in groups of four digits, sign, point; a special value has neither part.
  return static_cast<std::size_t>(std::max(number.weight, 0) + 1) * 4 +
         static_cast<std::size_t>(number.scale) + 16;
}

char* write_numeric(char* at, const char* data, std::size_t size) {
  const unsigned header = load16(data);
  if ((header & kSignMask) == kSpecial) {
    if (header == kNaN) return copy_text(at, "NaN");
    return copy_text(at, header == kPositiveInfinity ? "Infinity" : "-Infinity");
  }
  const Unpacked number = unpack(data, size);
  if (number.negative) *at++ = '-';
  if (number.weight < 0) {
    *at++ = '0';
  } else {
    at = std::to_chars(at, at + 4, digit_at(number, 0)).ptr;
    for (int i = 1; i <= number.weight; ++i) at = write_four(at, digit_at(number, i));
  }
  if (number.scale > 0) {
    *at++ = '.';
    char* const end = at + number.scale;
    for (int i = number.weight + 1; at < end; ++i) at = write_four(at, digit_at(number, i));
    at = end;  // the last group may have written zeros beyond the scale
  }
  return at;
}

bool encode_numeric(json::Buffer& out, std::string_view text) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") {
    append16(out, 0);
    append16(out, 0);
    append16(out, static_cast<int>(text == "NaN"    ? kNaN
                                   : text[0] == '-' ? kNegativeInfinityHeader
                                                    : kPositiveInfinity));
    append16(out, 0);
    return true;
  }
  Scanned number;
  if (!scan_number(text, number)) return false;

  // Place of a digit: whole.size() - 1 + exponent for the first, one less for each that follows; 0 is the
  // ones.
  const std::int64_t whole_size = static_cast<std::int64_t>(number.whole.size());
  const std::int64_t fraction_size = static_cast<std::int64_t>(number.fraction.size());
  const std::int64_t count = whole_size + fraction_size;
  const auto digit = [&](std::int64_t i) {
    return static_cast<int>((i < whole_size ? number.whole[static_cast<std::size_t>(i)]
                                            : number.fraction[static_cast<std::size_t>(i - whole_size)]) -
                            '0');
  };
  std::int64_t first = 0;
  while (first < count && digit(first) == 0) ++first;
  std::int64_t last = count;
  while (last > first && digit(last - 1) == 0) --last;
  const std::int64_t scale = std::max<std::int64_t>(0, fraction_size - number.exponent);
  if (scale > 16383) return false;
  const auto place = [&](std::int64_t i) { return whole_size - 1 + number.exponent - i; };
  const auto group = [](std::int64_t p) { return p >= 0 ? p / 4 : -((3 - p) / 4); };
  const std::int64_t weight = first == last ? 0 : group(place(first));
  const std::int64_t groups = first == last ? 0 : weight - group(place(last - 1)) + 1;
  if (weight > 32767 || weight < -32768 || groups > 32767) return false;

  append16(out, static_cast<int>(groups));
  append16(out, static_cast<int>(weight));
  append16(out, number.negative && groups > 0 ? static_cast<int>(kNegative) : 0);
  append16(out, static_cast<int>(scale));
  std::int64_t i = first;
  for (std::int64_t g = weight; g > weight - groups; --g) {
    int value = 0;
    for (std::int64_t p = g * 4 + 3; p >= g * 4; --p) {
      int next = 0;
      if (i < last && place(i) == p) next = digit(i++);
      value = value * 10 + next;
    }
    append16(out, value);
  }
  return true;
}

}  // namespace whimbrel::pg
