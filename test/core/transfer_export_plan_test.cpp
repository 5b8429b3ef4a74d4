#include <gtest/gtest.h>

#include <string>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/transfer/export_plan.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::call;
using fake::column;
using fake::FakeTablesHost;

FakeTablesHost people() {
  FakeTablesHost host;
  host.add_table("people", {column("id", "bigint"), column("name", "text"), column("password", "text")});
  for (int i = 1; i < 4; ++i)
    host.add_row("people", {Cell::integer_of(i), Cell::text("n"), Cell::text("hidden")});
  host.add_table("lines", {column("id", "bigint")});
  return host;
}

void add_rule(FakeTablesHost& host, const char* rule, const char* table, const char* name,
              const char* path = "") {
  fake::TableData& rules = host.state().tables.at("\"ops\".\"transfer_rules\"");
  fake::Row row = rules.defaults;
  row["rule_id"] = fake::Value(Cell::integer_of(static_cast<std::int64_t>(rules.rows.size())));
  row["rule"] = fake::Value::text(rule);
  row["table_name"] = fake::Value::text(table);
  row["column_name"] = fake::Value::text(name);
  row["path"] = fake::Value::text(path);
  rules.rows.push_back(row);
}

std::string exported(FakeTablesHost& host, const char* options) {
  return call(host, "export_json", {options})[0][0];
}

TEST(ExportPlan, ACondition) {
  FakeTablesHost host = people();
  const std::string text = exported(host, R"({"where":{"people":"id < 3"}})");
  EXPECT_NE(text.find(R"("people": {"rows": 2,)"), std::string::npos) << text;
  EXPECT_THROW(exported(host, R"({"where":{"people":"id > 3"}})"), Error);
  try {
    exported(host, R"({"where":{"people":"nonsense"}})");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.where, "table \"people\", whose condition is: nonsense");
  }
}

TEST(ExportPlan, ConditionsThatAreNoExpression) {
  Dialect dialect;
  for (const char* engine : {"postgresql", "sqlite"}) {
    dialect.engine = engine;
    for (const char* wrong :
         {"", "  ", "/* */", "a)", "(a", "a) OR (b", "(a]", "a;", "a ; b", "'a", "\"a", "a /*", "$1 = 2"})
      EXPECT_THROW(check_condition(dialect, "where", "t", wrong), Error) << wrong;
    for (const char* right :
         {"a = 1", "a IN (1, 2)", "a = ';)'", "a -- )", "\"a;b\" > 1 /* ; */", "(SELECT true)"})
      check_condition(dialect, "where", "t", right);
  }
  dialect.engine = "postgresql";
  check_condition(dialect, "where", "t", "a[1] = $q$;)$q$");
}

TEST(ExportPlan, SecretsAreLeftOutOrMarked) {
  FakeTablesHost host = people();
  add_rule(host, "secret", "people", "password");
  const std::string omitted = exported(host, "{}");
  EXPECT_EQ(omitted.find("hidden"), std::string::npos);
  EXPECT_NE(omitted.find(R"("people": {"columns": [["id","bigint"],["name","text"]])"), std::string::npos);
  EXPECT_NE(omitted.find(R"("redacted": [["people","password"]], "secrets": "omit")"), std::string::npos);
  EXPECT_NE(omitted.find("\n  {\"id\":1,\"name\":\"n\"},"), std::string::npos) << omitted;
  const std::string marked = exported(host, R"({"secrets":"redact"})");
  EXPECT_EQ(marked.find("hidden"), std::string::npos);
  EXPECT_NE(marked.find("\n  {\"id\":1,\"name\":\"n\",\"password\":{\"$secret\":null}},"), std::string::npos)
      << marked;
  EXPECT_TRUE(json::is_valid(marked));
  // The digest is the same: of what both have.
  EXPECT_EQ(omitted.substr(omitted.find("$end")), marked.substr(marked.find("$end")));
  for (const std::string& text : {omitted, marked}) {
    const auto rows = call(host, "data_verify", {text, "{}"});
    ASSERT_EQ(rows.size(), 2U);
    for (const auto& row : rows) EXPECT_EQ(row[3], "true") << row[0] << row[4];
    EXPECT_EQ(rows[1][4], "not in the document: \"password\"");
  }
}

TEST(ExportPlan, LogsAndWhatIsExcluded) {
  FakeTablesHost host = people();
  add_rule(host, "log", "lines", "");
  add_rule(host, "exclude", "people", "password");
  const std::string text = exported(host, "{}");
  EXPECT_EQ(text.find("\n \"lines\""), std::string::npos);
  EXPECT_NE(text.find(R"("excluded": ["lines"])"), std::string::npos) << text;
  EXPECT_EQ(text.find("hidden"), std::string::npos);
  EXPECT_EQ(text.find("redacted"), std::string::npos);
  EXPECT_NE(exported(host, R"({"include_logs":true})").find("\n \"lines\""), std::string::npos);
  EXPECT_NE(exported(host, R"({"tables":["lines"]})").find("\n \"lines\""), std::string::npos);
}

TEST(ExportPlan, ASubset) {
  FakeTablesHost host = people();
  host.add_table("pets", {column("id", "bigint"), column("owner", "bigint"), column("friend", "bigint")});
  host.add_foreign_key("pets", 1, "people");
  host.add_foreign_key("pets", 2, "pets");
  for (int i = 1; i < 3000; ++i)
    host.add_row("pets", {Cell::integer_of(i), Cell::integer_of(i % 2 + 1), Cell::integer_of((i + 5) / 2)});
  const std::string few = exported(host, R"({"subset":{"pets":"id < 2"}})");
  // 1 knows 3, which knows 4, which knows 4; they belong to 2, 2 and 1.
  EXPECT_NE(few.find(R"("people": {"rows": 2,)"), std::string::npos) << few;
  EXPECT_NE(few.find(R"("pets": {"rows": 3,)"), std::string::npos) << few;
  EXPECT_EQ(few.find("\"lines\""), std::string::npos) << few;
  // So many that they are no condition any more.
  const std::string many = exported(host, R"({"subset":{"pets":"id < 2500"}})");
  EXPECT_NE(many.find(R"("pets": {"rows": 2499,)"), std::string::npos);
  EXPECT_THROW(exported(host, R"({"subset":{"pet":"id < 2"}})"), Error);
  EXPECT_THROW(exported(host, R"js({"subset":{"pets":"id < 2)"}})js"), Error);
  EXPECT_THROW(exported(host, R"({"subset":{"pets":"id < 2"},"where":{"people":"id < 2"}})"), Error);
}

TEST(ExportPlan, SecretsInsideDocuments) {
  FakeTablesHost host;
  host.add_table("settings", {column("id", "bigint"), column("doc", "jsonb")});
  host.add_row("settings", {Cell::integer_of(1),
                            Cell::of(Tag::json, std::string_view(R"({"a": 1, "token": "hidden"})"))});
  host.add_row("settings", {Cell::integer_of(2), Cell::of(Tag::json, std::string_view(R"({"a": 2})"))});
  host.add_row("settings", {Cell::integer_of(3), Cell()});
  add_rule(host, "secret", "settings", "doc", "$.token");
  const std::string omitted = exported(host, "{}");
  EXPECT_NE(omitted.find(R"({"id":1,"doc":{"a": 1}})"), std::string::npos) << omitted;
  EXPECT_NE(omitted.find(R"("redacted": [["settings","doc","$.token"]], "secrets": "omit")"),
            std::string::npos);
  const std::string marked = exported(host, R"({"secrets":"redact"})");
  EXPECT_NE(marked.find(R"({"id":1,"doc":{"a": 1, "token": {"$secret":null}}})"), std::string::npos)
      << marked;
  for (const std::string& text : {omitted, marked}) {
    EXPECT_EQ(text.find("hidden"), std::string::npos);
    EXPECT_EQ(call(host, "data_verify", {text, "{}"})[0][3], "true");
  }
  host.add_row("settings", {Cell::integer_of(4), Cell::text("{\"token\": \"hidden")});
  EXPECT_THROW(exported(host, "{}"), Error);
}

TEST(ExportPlan, WarnsOfWhatLooksSecretOnce) {
  FakeTablesHost host = people();
  exported(host, "{}");
  ASSERT_EQ(host.notices.size(), 1U);
  EXPECT_NE(host.notices[0].find("\"people.password\""), std::string::npos);
  add_rule(host, "secret", "people", "password");
  exported(host, "{}");
  EXPECT_EQ(host.notices.size(), 1U);
}

}  // namespace
}  // namespace whimbrel
