#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "common/transfer/number_order.h"

namespace whimbrel {
namespace {

Cell number(const std::string& text) { return Cell::of(Tag::number, std::string_view(text)); }
Cell real(double value, Tag tag = Tag::real) {
  Cell cell;
  cell.tag = tag;
  cell.real = value;
  return cell;
}

TEST(NumberOrder, IsThatOfTheValuesWhateverTheirSpelling) {
  const std::vector<std::string> rising = {
      "-Infinity", "-1e400",   "-20.25", "-20.2", "-3", "-0.01", "0",   "1e-400", "0.001",
      "0.01",      "9",        "9.45",   "9.5",   "10", "99",    "1e2", "100.01", "12345678901234567890.1",
      "1e400",     "Infinity", "NaN"};
  for (std::size_t i = 0; i < rising.size(); ++i)
    for (std::size_t j = 0; j < rising.size(); ++j) {
      const int order = compare_numbers(number(rising[i]), number(rising[j]));
      EXPECT_EQ(i < j, order < 0) << rising[i] << " and " << rising[j];
      EXPECT_EQ(i == j, order == 0) << rising[i] << " and " << rising[j];
    }
  EXPECT_EQ(0, compare_numbers(number("1e2"), number("100.00")));
  EXPECT_EQ(0, compare_numbers(number("-0.0"), number("0")));
  EXPECT_EQ(0, compare_numbers(number("0.0120e+1"), number("0.12")));
  EXPECT_LT(compare_numbers(number("1e-99999999999999999999"), number("1e99999999999999999999")), 0);
}

TEST(NumberOrder, IsThatOfTheValuesWhateverTheirType) {
  EXPECT_LT(compare_numbers(real(9.5), Cell::integer_of(10)), 0);
  EXPECT_GT(compare_numbers(Cell::integer_of(10), number("9.5")), 0);
  EXPECT_EQ(0, compare_numbers(real(0.1F, Tag::real32), number("0.10")));
  EXPECT_GT(compare_numbers(real(0.1F), number("0.1")), 0);
  EXPECT_EQ(0, compare_numbers(real(1e300), number("1e300")));
  EXPECT_LT(compare_numbers(Cell::integer_of(std::numeric_limits<std::int64_t>::max()),
                            number("9223372036854775808")),
            0);
  EXPECT_LT(compare_numbers(real(-std::numeric_limits<double>::infinity()),
                            Cell::integer_of(std::numeric_limits<std::int64_t>::min())),
            0);
  EXPECT_EQ(0, compare_numbers(real(std::numeric_limits<double>::quiet_NaN()), number("NaN")));
  EXPECT_GT(compare_numbers(real(std::numeric_limits<double>::quiet_NaN()), number("Infinity")), 0);
}

}  // namespace
}  // namespace whimbrel
