#include "common/complete/complete_file.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "common/error.h"
#include "common/json/writer.h"

namespace whimbrel::complete_file {

namespace {

constexpr std::string_view kVersion = "1";
constexpr std::string_view kDigest = "-- whimbrel:digest ";
constexpr std::string_view kEnd = "-- whimbrel:end ";

std::string_view begin_of(Half half) {
  return half == Half::schema ? "-- whimbrel:schema " : "-- whimbrel:data ";
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::optional<std::uint64_t> hex_of(std::string_view digits) {
  std::uint64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [last, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc() || last != end) return std::nullopt;
  return value;
}

// What to_hex() writes.
std::optional<Hash> hash_of(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto high = hex_of(text.substr(0, 16)), low = hex_of(text.substr(16));
  if (!high || !low) return std::nullopt;
  return Hash{*low, *high};
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Letters, digits and _ as they are, every other byte as %XX: no space, no line break, any name.
std::string encode(std::string_view name) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      text += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      text += '%';
      text += kHex[byte >> 4];
      text += kHex[byte & 15];
    }
  }
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      name += text[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const end = text.data() + i + 3;
    if (std::from_chars(text.data() + i + 1, end, byte, 16).ptr != end) return std::nullopt;
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

}  // namespace

bool is_timestamp(std::string_view text) {
  constexpr std::string_view kShape = "00000000T000000Z";
  return std::ranges::equal(
      text, kShape, [](char c, char shape) { return shape == '0' ? c >= '0' && c <= '9' : c == shape; });
}

std::string first_line(Half half, const FirstLine& line) {
  return std::string(begin_of(half))
      .append(kVersion)
      .append(" ")
      .append(line.engine)
      .append(line.alone ? " alone" : " pair");
}

std::optional<FirstLine> read_first_line(std::string_view line, Half half) {
  if (!line.starts_with(begin_of(half))) return std::nullopt;
  const std::vector<std::string_view> words = words_of(line.substr(begin_of(half).size()));
  if (words.size() != 3) return std::nullopt;
  if (words[0] != kVersion)
    throw Error(code::kUnsupported, "a complete migration of form " + std::string(words[0]) + " is not known",
                "This version of Whimbrel reads form " + std::string(kVersion) + ".",
                "Update Whimbrel, or run the file by another client: it is plain SQL.");
  return FirstLine{std::string(words[1]), words[2] == "alone"};
}

std::string digest_line(const DigestLine& line) {
  return std::string(kDigest) + to_hex(line.digest) + " " + std::to_string(line.rows) + " " +
         encode(line.schema) + " " + encode(line.table);
}

std::optional<DigestLine> read_digest_line(std::string_view text) {
  if (!text.starts_with(kDigest)) return std::nullopt;
  const std::vector<std::string_view> words = words_of(text.substr(kDigest.size()));
  if (words.size() != 4) return std::nullopt;
  const std::optional<Hash> digest = hash_of(words[0]);
  const std::optional<std::uint64_t> rows = number_of(words[1]);
  const std::optional<std::string> schema = decode(words[2]), table = decode(words[3]);
  if (!digest || !rows || !schema || !table) return std::nullopt;
  return DigestLine{*schema, *table, *rows, *digest};
}

std::string end_line(const EndLine& line) {
  return std::string(kEnd) + std::to_string(line.statements) + " " + std::to_string(line.rows);
}

std::optional<EndLine> read_end_line(std::string_view text) {
  if (!text.starts_with(kEnd)) return std::nullopt;
  const std::vector<std::string_view> words = words_of(text.substr(kEnd.size()));
  if (words.size() != 2) return std::nullopt;
  const std::optional<std::uint64_t> statements = number_of(words[0]), rows = number_of(words[1]);
  if (!statements || !rows) return std::nullopt;
  return EndLine{*statements, *rows};
}

std::string comment_name(std::string_view name) {
  json::Buffer text;
  json::write_string(text, name);
  return std::string(text.view());
}

}  // namespace whimbrel::complete_file
