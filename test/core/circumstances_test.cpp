#include "common/circumstances.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

bool is(std::string_view code) { return is_of_circumstances(Error{code, "it failed"}); }

TEST(Circumstances, OfPostgresql) {
  for (const char* code : {"40001", "40P01", "53100", "53200", "55P03", "57014", "58030", "XX000", "XX001"})
    EXPECT_TRUE(is(code)) << code;
  for (const char* code : {"22P02", "23505", "23514", "42P01", "54000", "55000", "55006", "P0001"})
    EXPECT_FALSE(is(code)) << code;
}

TEST(Circumstances, OfSqlite) {
  // BUSY, BUSY_SNAPSHOT, NOMEM, INTERRUPT, IOERR, IOERR_WRITE, CORRUPT_VTAB, FULL
  for (const char* code : {"S0005", "S0517", "S0007", "S0009", "S0010", "S0778", "S0267", "S0013"})
    EXPECT_TRUE(is(code)) << code;
  // ERROR, TOOBIG, CONSTRAINT_UNIQUE, MISMATCH, READONLY
  for (const char* code : {"S0001", "S0018", "S2067", "S0020", "S0008"}) EXPECT_FALSE(is(code)) << code;
}

TEST(Circumstances, OfWhimbrel) {
  EXPECT_FALSE(is("WB012"));
  EXPECT_FALSE(is(""));
}

}  // namespace
}  // namespace whimbrel
