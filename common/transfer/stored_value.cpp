#include "common/transfer/stored_value.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "common/error_text.h"
#include "common/json/writer.h"
#include "common/text/ascii.h"
#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

std::size_t count_digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

// As SQLite stores a number: an integer where it is one and the column is not for reals.
struct Number {
  bool is_integer = false;
  std::int64_t integer = 0;
  double real = 0;

  std::string encoding() const {
    char bytes[64];
    const char* end = is_integer ? encode_integer(bytes, integer) : encode_real(bytes, real);
    return {bytes, static_cast<std::size_t>(end - bytes)};
  }
  std::string shown() const {
    if (is_integer) return "the number " + std::to_string(integer);
    if (!std::isfinite(real)) return real > 0 ? "infinity" : "minus infinity";
    json::Buffer text;
    json::write_real(text, real);
    return "the number " + std::string(text.view());
  }
};

Number stored_integer(std::int64_t value, Affinity affinity) {
  if (affinity == Affinity::real) return {false, 0, static_cast<double>(value)};
  return {true, value, 0};
}

Number stored_real(double value, Affinity affinity) {
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  const bool whole = value == std::trunc(value) && value > -kBeyond && value < kBeyond;
  if (affinity != Affinity::real && whole) return {true, static_cast<std::int64_t>(value), 0};
  // Whole reals lie in the file as integers, which have no -0.
  return {false, 0, value == 0 ? 0.0 : value};
}

Number stored_number(std::string_view text, Affinity affinity) {
  text = trimmed(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto parsed = std::from_chars(text.data(), end, integer);
      parsed.ec == std::errc() && parsed.ptr == end)
    return stored_integer(integer, affinity);
  double real = 0;
  if (std::from_chars(text.data(), end, real).ec == std::errc::result_out_of_range)
    real = std::numeric_limits<double>::infinity();
  return stored_real(real, affinity);
}

// As a digest has it: the text of a real may have more digits than are the real's own.
std::string encoding_of(const Cell& cell) {
  if (cell.tag == Tag::number) return number_encoding(cell.view());
  char bytes[64];
  const char* end = cell.tag == Tag::real     ? encode_real(bytes, cell.real)
                    : cell.tag == Tag::real32 ? encode_real32(bytes, static_cast<float>(cell.real))
                                              : encode_integer(bytes, cell.integer);
  return {bytes, static_cast<std::size_t>(end - bytes)};
}

bool is_for_numbers(Kind kind) { return kind == Kind::numeric || kind == Kind::real; }
bool is_for_documents(Kind kind) { return kind == Kind::json || kind == Kind::jsonb; }

// What a column that turns texts into numbers makes of one.
std::string instead_of_text(std::string_view text, Affinity affinity, Kind kind) {
  // Newer versions of SQLite read a number up to a NUL.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    const std::string_view before = text.substr(0, nul);
    return reads_as_number(before) ? stored_number(before, affinity).shown() : std::string();
  }
  if (!reads_as_number(text)) return {};
  const Number stored = stored_number(text, affinity);
  const std::string_view number = is_for_documents(kind) ? trimmed(text) : text;
  const bool same = (is_for_numbers(kind) || is_for_documents(kind)) && is_number_text(number) &&
                    number_encoding(number) == stored.encoding();
  return same ? std::string() : stored.shown();
}

// A number's own text, which a column for text stores.
std::string text_of(const Cell& cell) {
  if (cell.tag == Tag::number) return std::string(cell.view());
  if (cell.tag == Tag::integer || cell.tag == Tag::boolean) return std::to_string(cell.integer);
  if (std::isnan(cell.real)) return "NaN";
  if (std::isinf(cell.real)) return cell.real > 0 ? "Infinity" : "-Infinity";
  json::Buffer text;
  if (cell.tag == Tag::real32)
    json::write_real32(text, static_cast<float>(cell.real));
  else
    json::write_real(text, cell.real);
  return std::string(text.view());
}

std::string as_text(const std::string& text) { return "the text " + in_quotes(excerpt(text)); }

// Most numbers, known without looking at their digits.
bool is_plainly_kept(const Cell& cell, Affinity affinity) {
  constexpr std::int64_t kExact = std::int64_t{1} << 53;  // up to here every integer is a double
  constexpr std::size_t kExactDigits = 15;                // so many digits are the shortest text of a double
  switch (cell.tag) {
    case Tag::boolean:
    case Tag::integer:
      return affinity != Affinity::real || (cell.integer >= -kExact && cell.integer <= kExact);
    case Tag::real:
    case Tag::real32:
      return std::fabs(cell.real) <= static_cast<double>(kExact) &&
             (cell.real != 0 || !std::signbit(cell.real));
    default:
      return cell.size <= kExactDigits && is_digit(cell.data[cell.size - 1]) &&
             cell.view().find_first_of("eE") == std::string_view::npos && !cell.view().starts_with("-0");
  }
}

bool holds_number(const Cell& cell) {
  switch (cell.tag) {
    case Tag::boolean:
    case Tag::integer:
    case Tag::real:
    case Tag::real32:
    case Tag::number:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool reads_as_number(std::string_view text) {
  text = trimmed(text);
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t whole = count_digits(text, at);
  at += whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = count_digits(text, ++at);
    at += fraction;
  }
  if (whole + fraction == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = count_digits(text, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == text.size();
}

std::string stored_instead(const Cell& cell, Affinity affinity, Kind kind) {
  // What no real is goes there as its text, with all digits.
  if (affinity == Affinity::none) return {};
  if (!holds_number(cell)) {
    const bool text = cell.tag == Tag::text || cell.tag == Tag::odd_text || cell.tag == Tag::json;
    return text && affinity != Affinity::text ? instead_of_text(cell.view(), affinity, kind) : std::string();
  }
  if (affinity != Affinity::text && is_plainly_kept(cell, affinity)) return {};
  if (kind == Kind::numeric && affinity == Affinity::text) return {};
  const std::string text = text_of(cell);
  const bool finite = is_digit(text.back());
  // SQLite has no NaN, and a decimal that is infinite comes as its word.
  if (text == "NaN" || (cell.tag == Tag::number && !finite))
    return is_for_numbers(kind) ? std::string() : as_text(text);
  if (affinity == Affinity::text) return is_for_documents(kind) && finite ? std::string() : as_text(text);
  if (!finite) return {};
  const Number stored = cell.tag == Tag::integer || cell.tag == Tag::boolean
                            ? stored_integer(cell.integer, affinity)
                            : stored_number(text, affinity);
  return encoding_of(cell) == stored.encoding() ? std::string() : stored.shown();
}

}  // namespace whimbrel
