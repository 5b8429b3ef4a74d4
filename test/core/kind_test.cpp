#include "common/schema/kind.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

namespace whimbrel {
namespace {

void expect_all(Kind kind, std::initializer_list<std::string_view> types) {
  for (const std::string_view type : types) EXPECT_EQ(kind_of_type(type), kind) << type;
}

TEST(Kind, NamesOfPostgresql) {
  expect_all(Kind::boolean, {"boolean"});
  expect_all(Kind::integer, {"smallint", "integer", "bigint", "oid"});
  expect_all(Kind::real, {"real", "double precision"});
  expect_all(Kind::numeric, {"numeric", "numeric(10,2)"});
  expect_all(Kind::text, {"text", "character varying", "character varying(70)", "character(3)", "bpchar",
                          "name", "citext"});
  expect_all(Kind::bytes, {"bytea"});
  expect_all(Kind::date, {"date"});
  expect_all(Kind::time, {"time without time zone", "time(3) without time zone"});
  expect_all(Kind::timestamp, {"timestamp without time zone", "timestamp(0) without time zone"});
  expect_all(Kind::timestamptz, {"timestamp with time zone", "timestamp(6) with time zone"});
  expect_all(Kind::uuid, {"uuid"});
  expect_all(Kind::composite, {"record"});
  expect_all(Kind::json, {"json"});
  expect_all(Kind::jsonb, {"jsonb"});
  expect_all(Kind::array,
             {"integer[]", "character varying(70)[]", "timestamp with time zone[]", "ops.mood[]"});
  expect_all(Kind::other,
             {"time with time zone", "interval", "interval day to second(3)", "money", "bit(8)",
              "bit varying", "xml", "inet", "int4range", "tsvector", "hstore", "point", "\"char\"",
              "regclass", "mood", "public.citext", "\"Integer\"", "pg_lsn", "jsonpath"});
}

TEST(Kind, DeclaredNamesOfSqlite) {
  expect_all(Kind::any, {"", "  "});
  expect_all(Kind::integer,
             {"INT", "INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT", "UNSIGNED BIG INT", "INT2",
              "INT8", "int unsigned", "INTEGER(11)", "BIGINT(20) UNSIGNED"});
  expect_all(Kind::text, {"TEXT", "VARCHAR(70)", "NVARCHAR(160)", "NVARCHAR( 160 )", "CLOB", "CHARACTER(20)",
                          "VARYING CHARACTER(255)", "NCHAR(55)", "NATIVE CHARACTER(70)", "varchar"});
  expect_all(Kind::bytes, {"BLOB", "BYTEA", "VARBINARY(16)"});
  expect_all(Kind::real, {"REAL", "DOUBLE", "DOUBLE  PRECISION", "FLOAT", "float(8)"});
  expect_all(Kind::numeric, {"NUMERIC", "NUMERIC(10,2)", "NUMERIC (10, 2)", "DECIMAL(10,5)", "NUMERIC_TEXT"});
  expect_all(Kind::boolean, {"BOOLEAN", "BOOL"});
  expect_all(Kind::date, {"DATE"});
  expect_all(Kind::timestamp, {"DATETIME", "TIMESTAMP", "Timestamp"});
  expect_all(Kind::timestamptz, {"TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP\n WITH\tTIME ZONE"});
  expect_all(Kind::time, {"TIME"});
  expect_all(Kind::json, {"JSON"});
  expect_all(Kind::jsonb, {"JSONB"});
  expect_all(Kind::uuid, {"UUID", "GUID"});
  expect_all(Kind::other, {"STRING", "ANY", "POINT", "VARCHAR2X", "(5)x(", ")"});
}

}  // namespace
}  // namespace whimbrel
