#include "common/transfer/column_limit.h"

#include <charconv>
#include <limits>

#include "common/json/writer.h"
#include "common/text/ascii.h"
#include "common/text/interval_words.h"
#include "common/text/utf8.h"
#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

constexpr int kMostFraction = 6;  // digits of seconds
constexpr int kNameBytes = 63;

constexpr std::int64_t kMinute = 60'000'000;

// Fields of an interval, as a type of some fields ends with them.
constexpr std::string_view kFields[] = {"a year", "a month", "a day", "an hour", "a minute"};

std::optional<int> last_field(std::string_view type) {
  for (std::size_t i = 0; i < std::size(kFields); ++i)
    if (type.starts_with("interval ") && type.ends_with(kFields[i].substr(kFields[i].find(' '))))
      return static_cast<int>(i);
  return std::nullopt;
}

std::optional<IntervalParts> interval_of(std::string_view text) {
  const auto interval = parse_interval(text);
  return interval ? interval : parse_interval_words(text);
}

struct TypeText {
  std::string_view name;               // "numeric", "timestamp with time zone"
  std::optional<std::string_view> in;  // what stands in parentheses: "8,2"
  std::string_view behind;             // and behind them
};

TypeText parts_of(std::string_view type) {
  const std::size_t open = type.find('(');
  const std::size_t close = type.find(')', open);
  if (close == std::string_view::npos) return {type, std::nullopt, {}};
  return {type.substr(0, open), type.substr(open + 1, close - open - 1), type.substr(close + 1)};
}

int number_of(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// How many digits behind the point a number has that are not zeros at its end; below zero, how many zeros
// stand in front of it: -2 for 700.
std::int64_t decimals_of(std::string_view number) {
  const std::size_t mark = number.find_first_of("eE");
  std::string_view digits = number.substr(0, mark);
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view text = number.substr(mark + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (std::from_chars(text.data(), text.data() + text.size(), exponent).ec != std::errc())
      exponent = text.starts_with('-') ? -std::numeric_limits<int>::max() : std::numeric_limits<int>::max();
  }
  const std::size_t last = digits.find_last_of("123456789");
  if (last == std::string_view::npos) return std::numeric_limits<std::int64_t>::min();  // zero has none
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::int64_t behind = last > point
                                  ? static_cast<std::int64_t>(last - point)
                                  : static_cast<std::int64_t>(last + 1) - static_cast<std::int64_t>(point);
  return behind - exponent;
}

std::string rounded_to(int places, std::string_view what) {
  return "would be rounded to " + std::to_string(places) + " " + std::string(what);
}

}  // namespace

std::optional<ColumnLimit> ColumnLimit::of(std::string_view type) {
  const TypeText parts = parts_of(type);
  if (!parts.in) {
    if (type == "double precision") return ColumnLimit(What::real, 0);
    if (type == "real") return ColumnLimit(What::real32, 0);
    if (type == "jsonb") return ColumnLimit(What::members, 0);
    if (type == "name") return ColumnLimit(What::bytes, kNameBytes);
    if (type == "\"char\"") return ColumnLimit(What::bytes, 1);
    if (type == "time with time zone") return ColumnLimit(What::fraction, kMostFraction);
    if (const auto field = last_field(type)) return ColumnLimit(What::interval_fields, *field);
    return std::nullopt;
  }
  const int size = number_of(*parts.in);
  const bool time =
      parts.behind.empty() || parts.behind == " with time zone" || parts.behind == " without time zone";
  if (parts.name == "numeric" && parts.behind.empty()) {
    const std::size_t comma = parts.in->find(',');
    return ColumnLimit(What::decimals,
                       comma == std::string_view::npos ? 0 : number_of(parts.in->substr(comma + 1)));
  }
  if ((parts.name == "time" || parts.name == "timestamp") && time && size < kMostFraction)
    return ColumnLimit(What::fraction, size);
  const bool of_seconds = parts.name == "interval" || parts.name == "interval day to second" ||
                          parts.name == "interval hour to second" ||
                          parts.name == "interval minute to second" || parts.name == "interval second";
  if (of_seconds && parts.behind.empty() && size < kMostFraction)
    return ColumnLimit(What::interval_fraction, size);
  if (!parts.behind.empty()) return std::nullopt;
  if (parts.name == "character varying") return ColumnLimit(What::most_characters, size);
  if (parts.name == "character") return ColumnLimit(What::all_characters, size);
  return std::nullopt;
}

std::string ColumnLimit::change(std::string_view given, const Cell& cell, RepeatedKeys& keys) const {
  switch (what_) {
    case What::real:
    case What::real32:
      return cell.tag == Tag::real || cell.tag == Tag::real32 ? change_of_real(given, cell) : std::string();
    case What::decimals:
      return cell.tag == Tag::number && is_digit(cell.view().back()) && decimals_of(cell.view()) > size_
                 ? rounded_to(size_, "decimal places")
                 : std::string();
    case What::fraction:
      if (cell.tag == Tag::text) return change_of_clock(cell.view());
      if (cell.tag != Tag::time && cell.tag != Tag::timestamp && cell.tag != Tag::timestamptz) return {};
      return cell.integer == kInfinity || cell.integer == kNegativeInfinity ? std::string()
                                                                            : change_of_time(cell.integer);
    case What::interval_fraction:
    case What::interval_fields: {
      const auto interval = cell.tag == Tag::text ? interval_of(cell.view()) : std::nullopt;
      return interval ? change_of_interval(*interval) : std::string();
    }
    case What::most_characters:
    case What::all_characters:
    case What::bytes:
      return cell.tag == Tag::text ? change_of_text(cell.view()) : std::string();
    case What::members: {
      if (cell.tag != Tag::json && cell.tag != Tag::hashed) return {};
      return keys.any(cell.tag == Tag::json ? cell.view() : given)
                 ? "has a key twice in an object, of which jsonb keeps the last"
                 : std::string();
    }
  }
  return {};
}

void ColumnLimit::fill_up(Cell& cell, Arena& arena) const {
  if (!fills_up() || cell.tag != Tag::text) return;
  const auto size = static_cast<std::size_t>(size_);
  const std::size_t characters = count_characters(cell.view());
  if (characters == size) return;
  std::string filled(cell.view());
  if (characters < size) {
    filled.append(size - characters, ' ');
  } else {
    const std::size_t blanks = filled.size() - (filled.find_last_not_of(' ') + 1);
    if (!ignores_blanks_ || blanks < characters - size) return;
    filled.resize(filled.size() - (characters - size));
  }
  cell = Cell::text(arena.copy(filled));
}

std::string ColumnLimit::change_of_real(std::string_view given, const Cell& cell) const {
  const bool single = what_ == What::real32;
  // Decimals of so few digits are texts of the number nearest to them.
  const std::size_t exact_digits = single ? 6 : 15;
  if (given.size() <= exact_digits && given.find_first_of("eE") == std::string_view::npos) return {};
  if (!is_number_text(given) || !is_digit(given.back())) return {};
  char bytes[64];
  const char* const end =
      single ? encode_real32(bytes, static_cast<float>(cell.real)) : encode_real(bytes, cell.real);
  if (number_encoding(given) == std::string_view(bytes, static_cast<std::size_t>(end - bytes))) return {};
  json::Buffer stored;
  if (single)
    json::write_real32(stored, static_cast<float>(cell.real));
  else
    json::write_real(stored, cell.real);
  return "would become the number " + std::string(stored.view());
}

std::string ColumnLimit::change_of_time(std::int64_t microseconds) const {
  std::int64_t unit = 1;
  for (int places = size_; places < kMostFraction; ++places) unit *= 10;
  return microseconds % unit == 0 ? std::string() : rounded_to(size_, "digits of a second");
}

// A time with a zone is a text here: "10:00:01.25+02".
std::string ColumnLimit::change_of_clock(std::string_view text) const {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || point < 3 || text[point - 3] != ':') return {};
  const std::size_t end = text.find_first_not_of("0123456789", point + 1);
  const std::size_t last = text.substr(0, end).find_last_not_of('0');
  return last > point + static_cast<std::size_t>(size_) ? rounded_to(size_, "digits of a second")
                                                        : std::string();
}

std::string ColumnLimit::change_of_interval(const IntervalParts& interval) const {
  if (what_ == What::interval_fraction) return change_of_time(interval.microseconds);
  const auto field = static_cast<std::size_t>(size_);
  const std::int64_t unit = field == 3 ? 60 * kMinute : kMinute;
  const bool cut = field >= 3 ? interval.microseconds % unit != 0
                              : interval.microseconds != 0 || (field < 2 && interval.days != 0) ||
                                    (field == 0 && interval.months % 12 != 0);
  return cut ? "would lose what is less than " + std::string(kFields[field]) : std::string();
}

std::string ColumnLimit::change_of_text(std::string_view text) const {
  const auto size = static_cast<std::size_t>(size_);
  // A byte beyond ASCII is written as \303.
  const bool octal = text.size() == 4 && text[0] == '\\';
  if (what_ == What::bytes && size == 1)
    return text.size() > 1 && !octal ? "would be cut to its first byte" : "";
  if (what_ == What::bytes)
    return text.size() > size ? "would be cut to " + std::to_string(size) + " bytes" : std::string();
  // What is cut off and no blank is an error of its own.
  const bool cut =
      !ignores_blanks_ && text.size() > size && text.back() == ' ' && count_characters(text) > size;
  return cut ? "would lose blanks at its end" : "";
}

std::optional<ColumnLimit> limit_beside(const Column& column, const DocumentColumn& declared,
                                        bool source_dynamic) {
  const std::string& type = column.storage_type();
  if (has_same_limits(column, declared, source_dynamic)) return std::nullopt;
  if (type == "double precision") {
    if (declared.kind == Kind::real) return std::nullopt;
    if (!source_dynamic && (declared.type == "integer" || declared.type == "smallint")) return std::nullopt;
  }
  if (type == "jsonb" && declared.kind == Kind::jsonb && !source_dynamic) return std::nullopt;
  auto limit = ColumnLimit::of(type);
  if (limit) limit->come_from(declared.type);
  return limit;
}

// A type of the user may be another one there, of the same name.
bool has_same_limits(const Column& column, const DocumentColumn& declared, bool source_dynamic) {
  return !source_dynamic && declared.type == column.type && column.base_type.empty();
}

}  // namespace whimbrel
