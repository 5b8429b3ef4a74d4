#include <gtest/gtest.h>

#include "common/move/type_proof.h"

namespace whimbrel::move {
namespace {

NameScope scope() {
  NameScope scope;
  scope.columns = {{"i", {"i", "bigint"}},           {"n", {"n", "numeric(5,2)"}},
                   {"r", {"r", "double precision"}}, {"t", {"t", "text"}},
                   {"flag", {"flag", "boolean"}},    {"day", {"day", "date"}},
                   {"odd", {"odd \"x\"", "text"}}};
  return scope;
}

TEST(TypeProof, ConditionsWhoseTypesFit) {
  for (const char* sql : {"\"i\" > 0", "NOT \"flag\"", "\"t\" IN ('a', 'b') AND \"n\" BETWEEN 1 AND 2.5",
                          "\"odd \"\"x\"\"\" IS NULL", "\"day\" IS NOT NULL OR \"flag\"", "length(\"t\") > 2",
                          "\"t\" NOT ILIKE 'a%'", "\"t\" !~ '^a'", "(\"i\" IS DISTINCT FROM 3) = TRUE",
                          "coalesce(\"i\", \"r\", 0) < - \"n\" * 2", "NULL", "CAST( \"i\" AS text) = 'a'",
                          "\"i\"::text || 'x' = \"t\"", "\"i\" % 2 = 0"})
    EXPECT_TRUE(is_surely_condition(sql, scope())) << sql;
}

TEST(TypeProof, WhatMixesTypesOrIsNotKnownIsNotProven) {
  for (const char* sql : {"\"i\"",
                          "\"i\" > 'x'",
                          "\"t\" > 1",
                          "\"flag\" = 1",
                          "NOT \"i\"",
                          "\"day\" > '2024-01-01'",
                          "\"t\" + 1 > 0",
                          "\"r\" % 2 = 0",
                          "\"i\" || 'x' = 'x'",
                          "substr(\"t\", \"i\") = 'a'",
                          "substr(\"t\") = 'a'",
                          "\"none\" > 1",
                          "now() > 1",
                          "CASE WHEN \"flag\" THEN \"flag\" END",
                          "\"i\" > 0 \"i\"",
                          "\"i\" >",
                          "",
                          "(\"flag\"",
                          "CAST( \"t\" AS bigint) > 1",
                          "\"i\" IN (1, 'x')"})
    EXPECT_FALSE(is_surely_condition(sql, scope())) << sql;
}

TEST(TypeProof, ValuesOfIndexesAndColumns) {
  EXPECT_TRUE(is_surely_value("lower(\"t\")", scope()));
  EXPECT_FALSE(is_surely_value("\"day\"", scope()));
  EXPECT_TRUE(surely_fits("\"i\" * 2", scope(), "numeric"));
  EXPECT_TRUE(surely_fits("\"i\" * 2", scope(), "text"));
  EXPECT_TRUE(surely_fits("\"i\" > 2", scope(), "boolean"));
  EXPECT_FALSE(surely_fits("\"i\" > 2", scope(), "bigint"));
  EXPECT_FALSE(surely_fits("\"t\"", scope(), "bigint"));
  EXPECT_FALSE(surely_fits("'x'", scope(), "date"));
}

}  // namespace
}  // namespace whimbrel::move
