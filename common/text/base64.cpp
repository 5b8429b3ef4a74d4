#include "common/text/base64.h"

#include <array>
#include <cstdint>

namespace whimbrel {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 0xff;

constexpr std::array<std::uint8_t, 256> kDigits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }
std::uint8_t digit_at(std::string_view text, std::size_t i) {
  return kDigits[static_cast<unsigned char>(text[i])];
}

}  // namespace

char* encode_base64(char* at, std::string_view bytes) {
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2);
    *at++ = kAlphabet[group >> 18];
    *at++ = kAlphabet[group >> 12 & 63];
    *at++ = kAlphabet[group >> 6 & 63];
    *at++ = kAlphabet[group & 63];
  }
  if (bytes.size() - i == 1) {
    const std::uint32_t group = byte_at(bytes, i) << 16;
    *at++ = kAlphabet[group >> 18];
    *at++ = kAlphabet[group >> 12 & 63];
    *at++ = '=';
    *at++ = '=';
  } else if (bytes.size() - i == 2) {
    const std::uint32_t group = byte_at(bytes, i) << 16 | byte_at(bytes, i + 1) << 8;
    *at++ = kAlphabet[group >> 18];
    *at++ = kAlphabet[group >> 12 & 63];
    *at++ = kAlphabet[group >> 6 & 63];
    *at++ = '=';
  }
  return at;
}

bool decode_base64(std::string_view text, std::string& out) {
  out.clear();
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const std::size_t padding = text.back() != '=' ? 0 : text[text.size() - 2] != '=' ? 1 : 2;
  const std::size_t size = text.size() / 4 * 3 - padding;
  const std::size_t whole = size / 3 * 4;  // characters in groups of four digits
  out.resize(size);
  char* at = out.data();
  std::uint8_t seen = 0;  // has a bit of 0xc0 set once a character was no digit
  for (std::size_t i = 0; i < whole; i += 4) {
    const std::uint8_t a = digit_at(text, i), b = digit_at(text, i + 1), c = digit_at(text, i + 2),
                       d = digit_at(text, i + 3);
    seen |= a | b | c | d;
    const std::uint32_t group = std::uint32_t{a} << 18 | std::uint32_t{b} << 12 | std::uint32_t{c} << 6 | d;
    *at++ = static_cast<char>(group >> 16);
    *at++ = static_cast<char>(group >> 8);
    *at++ = static_cast<char>(group);
  }
  bool canonical = true;
  if (padding != 0) {
    const std::uint8_t a = digit_at(text, whole), b = digit_at(text, whole + 1);
    const std::uint8_t c = padding == 1 ? digit_at(text, whole + 2) : std::uint8_t{0};
    seen |= a | b | c;
    const std::uint32_t group = std::uint32_t{a} << 18 | std::uint32_t{b} << 12 | std::uint32_t{c} << 6;
    *at++ = static_cast<char>(group >> 16);
    if (padding == 1) *at++ = static_cast<char>(group >> 8);
    // The bits that no byte uses must be zero, else two texts would mean the same bytes.
    canonical = (group & (padding == 1 ? 0xffu : 0xffffu)) == 0;
  }
  if ((seen & 0xc0) != 0 || !canonical) {
    out.clear();
    return false;
  }
  return true;
}

}  // namespace whimbrel
