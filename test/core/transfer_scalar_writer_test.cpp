#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "common/transfer/scalar_writer.h"

namespace whimbrel {
namespace {

std::string written(const Cell& cell) {
  json::Buffer out;
  out.append('>');
  const bool done = write_scalar(out, cell);
  return std::string(out.view()) + (done ? "" : " no");
}

TEST(ScalarWriter, WhatHasAPlainForm) {
  EXPECT_EQ(written(Cell::boolean(true)), ">true");
  EXPECT_EQ(written(Cell::integer_of(-5)), ">-5");
  EXPECT_EQ(written(Cell::real_of(0.1)), ">0.1");
  Cell single = Cell::real_of(static_cast<double>(0.1F));
  single.tag = Tag::real32;
  EXPECT_EQ(written(single), ">0.1");
  EXPECT_EQ(written(Cell::of(Tag::number, std::string_view("1.50"))), ">1.50");
  EXPECT_EQ(written(Cell::text("a\"\n")), ">\"a\\\"\\n\"");
  EXPECT_EQ(written(Cell::of(Tag::date, std::int64_t{0})), ">\"2000-01-01\"");
  EXPECT_EQ(written(Cell::of(Tag::time, std::int64_t{1'500'000})), ">\"00:00:01.5\"");
  EXPECT_EQ(written(Cell::of(Tag::timestamp, kInfinity)), ">\"infinity\"");
  EXPECT_EQ(written(Cell::of(Tag::timestamptz, std::int64_t{0})), ">\"2000-01-01T00:00:00Z\"");
  EXPECT_EQ(written(Cell::of(Tag::uuid, std::string_view("0123456789abcdef"))),
            ">\"30313233-3435-3637-3839-616263646566\"");
}

TEST(ScalarWriter, WhatHasNone) {
  EXPECT_EQ(written(Cell()), "> no");
  EXPECT_EQ(written(Cell::real_of(INFINITY)), "> no");
  EXPECT_EQ(written(Cell::of(Tag::number, std::string_view("NaN"))), "> no");
  for (const Tag tag : {Tag::bytes, Tag::odd_text, Tag::json, Tag::encoded})
    EXPECT_EQ(written(Cell::of(tag, std::string_view("1"))), "> no");
}

}  // namespace
}  // namespace whimbrel
