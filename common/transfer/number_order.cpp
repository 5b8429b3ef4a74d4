#include "common/transfer/number_order.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace whimbrel {

namespace {

constexpr std::int64_t kFarthest = std::numeric_limits<std::int64_t>::max() / 4;

// sign * 0.digits * 10^magnitude, the digits without zeros at either end.
struct Decimal {
  int sign = 0;  // -1, 0, 1; those that are not finite are -2 (-Infinity), 2 (Infinity), 3 (NaN)
  std::int64_t magnitude = 0;
  std::string digits;
};

template <typename Number>
int three_way(const Number& a, const Number& b) {
  return a < b ? -1 : static_cast<int>(b < a);
}

std::int64_t exponent_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc::result_out_of_range)
    return text.starts_with('-') ? -kFarthest : kFarthest;
  return std::clamp(value, -kFarthest, kFarthest);
}

Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  if (text == "NaN" || text == "nan") return {3, 0, {}};
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text == "Infinity" || text == "inf") return {negative ? -2 : 2, 0, {}};
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, mark);
  decimal.magnitude = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  if (mark < text.size()) decimal.magnitude += exponent_of(text.substr(mark + 1));
  std::copy_if(mantissa.begin(), mantissa.end(), std::back_inserter(decimal.digits),
               [](char c) { return c != '.'; });
  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.digits.erase(0, first);
  decimal.magnitude -= static_cast<std::int64_t>(first);
  decimal.sign = negative ? -1 : 1;
  return decimal;
}

template <typename Number>
Decimal printed(Number value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  const std::string_view view(text, static_cast<std::size_t>(end - text));
  return decimal_of(view.ends_with("nan") ? "nan" : view);
}

Decimal decimal_of(const Cell& cell) {
  switch (cell.tag) {
    case Tag::integer:
      return printed(cell.integer);
    case Tag::real:
      return printed(cell.real);
    case Tag::real32:
      return printed(static_cast<float>(cell.real));
    default:
      return decimal_of(cell.view());
  }
}

}  // namespace

bool is_number(const Cell& cell) {
  return cell.tag == Tag::integer || cell.tag == Tag::real || cell.tag == Tag::real32 ||
         cell.tag == Tag::number;
}

int compare_numbers(const Cell& a, const Cell& b) {
  if (a.tag == b.tag) {
    if (a.tag == Tag::integer) return three_way(a.integer, b.integer);
    if (a.tag != Tag::number && !std::isnan(a.real) && !std::isnan(b.real)) return three_way(a.real, b.real);
  }
  const Decimal left = decimal_of(a);
  const Decimal right = decimal_of(b);
  if (left.sign != right.sign) return three_way(left.sign, right.sign);
  const int order = left.magnitude != right.magnitude ? three_way(left.magnitude, right.magnitude)
                                                      : left.digits.compare(right.digits);
  return left.sign < 0 ? -order : order;
}

}  // namespace whimbrel
