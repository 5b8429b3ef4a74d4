#include "common/transfer/references/minter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "common/text/ascii.h"
#include "common/text/uuid.h"

namespace whimbrel {

namespace {

constexpr std::size_t kUuidBytes = 16;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr double kEnoughBits = 64;      // beyond which no two of them meet
constexpr std::size_t kFewestHex = 16;  // digits of a number in base 16, not letters and digits by chance
constexpr int kAttempts = 16;

// The length of a beginning that stays: agt_ of agt_8fk2, usr- of usr-17.
std::size_t prefix_of(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_lower(text[end]) || is_upper(text[end]))) ++end;
  const bool separated = end != 0 && end + 1 < text.size() &&
                         std::string_view("_-:./").find(text[end]) != std::string_view::npos;
  return separated ? end + 1 : 0;
}

std::mt19937_64 seeded(std::random_device& device) {
  std::array<std::random_device::result_type, 16> seeds;
  std::generate(seeds.begin(), seeds.end(), std::ref(device));
  std::seed_seq sequence(seeds.begin(), seeds.end());
  return std::mt19937_64(sequence);
}

}  // namespace

Minter::Minter(IdBlock block, std::function<bool(std::string_view)> taken)
    : block_(block), taken_(std::move(taken)), random_(seeded(device_)) {}

bool Minter::made(std::int64_t number) const {
  if (next_ == 0) return false;
  const std::int64_t last = block_.at(next_ - 1);
  return number >= std::min(block_.first, last) && number <= std::max(block_.first, last);
}

void Minter::fill_uuid(char* bytes16) {
  for (std::size_t i = 0; i < kUuidBytes; i += sizeof(std::uint64_t)) {
    const std::uint64_t word = random_();
    std::memcpy(bytes16 + i, &word, sizeof word);
  }
  bytes16[6] = static_cast<char>((bytes16[6] & 0x0f) | 0x40);
  bytes16[8] = static_cast<char>((bytes16[8] & 0x3f) | 0x80);
}

bool Minter::mint(const Cell& old, bool uuid, Arena& arena, Cell& made) {
  switch (old.tag) {
    case Tag::integer:
    case Tag::null:
    case Tag::absent:
      if (!uuid) {
        made = Cell::integer_of(block_.at(next_++));
        return true;
      }
      [[fallthrough]];
    case Tag::uuid: {
      char bytes[kUuidBytes];
      fill_uuid(bytes);
      made = Cell::of(Tag::uuid, arena.copy({bytes, sizeof bytes}));
      return true;
    }
    case Tag::text: {
      char bytes[kUuidBytes];
      if (old.size == kUuidText && parse_uuid(old.view(), bytes)) {
        fill_uuid(bytes);
        char* const text = arena.allocate(kUuidText);
        format_uuid(text, bytes);
        if (std::any_of(old.data, old.data + old.size, [](char c) { return c >= 'A' && c <= 'F'; }))
          for (std::size_t i = 0; i < kUuidText; ++i) text[i] = to_upper(text[i]);
        made = Cell::text({text, kUuidText});
        return true;
      }
      made = Cell::text(arena.copy(shaped(old.view())));
      return true;
    }
    case Tag::bytes: {
      if (old.size < kUuidBytes) return false;
      std::string bytes(old.size, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random_() & 0xff);
      if (old.size == kUuidBytes) fill_uuid(bytes.data());
      made = Cell::of(Tag::bytes, arena.copy(bytes));
      return true;
    }
    default:
      return false;
  }
}

char Minter::random_of(std::string_view alphabet) {
  return alphabet[std::uniform_int_distribution<std::size_t>(0, alphabet.size() - 1)(random_)];
}

std::string Minter::shaped(std::string_view old) {
  const std::size_t prefix = prefix_of(old);
  double bits = 0;
  bool any_digit = false;
  for (const char c : old.substr(prefix)) {
    any_digit = any_digit || is_digit(c);
    if (is_digit(c)) bits += std::log2(kDigits.size());
    if (is_lower(c) || is_upper(c)) bits += std::log2(kLower.size());
  }
  const std::string_view rest = old.substr(prefix);
  const bool hex = any_digit && rest.size() >= kFewestHex &&
                   rest.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  for (int attempt = 0;; ++attempt) {
    std::string text(old);
    // Where all of that shape are taken, a longer one has to do.
    for (int more = attempt - kAttempts; more >= 0; --more) text += '0';
    for (std::size_t i = prefix; i < text.size(); ++i) {
      char& c = text[i];
      if (hex)
        c = random_of("0123456789abcdef");
      else if (is_digit(c))
        c = random_of(kDigits);
      else if (is_lower(c))
        c = random_of(kLower);
      else if (is_upper(c))
        c = random_of(kUpper);
    }
    if (bits >= kEnoughBits) return text;
    if (text == old || few_.contains(text) || taken_(text)) continue;
    few_.insert(text);
    return text;
  }
}

}  // namespace whimbrel
