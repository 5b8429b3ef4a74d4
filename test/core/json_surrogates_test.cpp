#include <gtest/gtest.h>

#include "common/json/surrogates.h"

namespace whimbrel::json {
namespace {

TEST(Surrogates, LoneOnesAreFound) {
  for (const char* text :
       {R"("\ud800")", R"("\udc00")", R"("\uD83D\uD83D\uDE00")", R"("\\\udfff")", R"("\udbff\\udc00")"})
    EXPECT_TRUE(has_lone_surrogate(text)) << text;
}

TEST(Surrogates, PairsAndWhatOnlyLooksLikeAnEscapeAreNot) {
  for (const char* text : {R"("\ud83d\ude00")", R"("\\ud800")", R"("\u00e9\ue000\ud7ff")", R"("ud800")",
                           R"("\ud83)", R"(\)", ""})
    EXPECT_FALSE(has_lone_surrogate(text)) << text;
}

TEST(Surrogates, OnlyLoneOnesAreReplaced) {
  EXPECT_EQ(without_lone_surrogates(R"(["\ud800\ud83d\ude00\udc00", "\\ud800"])"),
            R"(["\ufffd\ud83d\ude00\ufffd", "\\ud800"])");
}

TEST(Surrogates, EscapesThatJsonbCannotHold) {
  EXPECT_EQ(find_unfit_escape(R"({"a":"b\\u0000\n\u0001\ud83d\ude00"})"), std::string_view::npos);
  EXPECT_EQ(find_unfit_escape(R"({"a":"\\\u0000"})"), 8U);
  EXPECT_EQ(find_unfit_escape(R"(["\u00e9\ud800"])"), 8U);
  const char* const text = R"({"\u0000a\u0000":"\ud83d\u0000\ude00 \ud83d\ude00 \\u0000"})";
  EXPECT_EQ(without_unfit_escapes(text, ""), R"({"a":" \ud83d\ude00 \\u0000"})");
  EXPECT_EQ(without_unfit_escapes(text, "?"), R"({"?a?":"??? \ud83d\ude00 \\u0000"})");
}

}  // namespace
}  // namespace whimbrel::json
