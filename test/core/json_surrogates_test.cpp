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

}  // namespace
}  // namespace whimbrel::json
