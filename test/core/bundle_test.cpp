// Bundles without a database: what a specification means, documents both ways, and what an import would
// change.
#include <gtest/gtest.h>

#include <string>

#include "common/bundle/compare.h"
#include "common/bundle/export.h"
#include "common/bundle/plan.h"
#include "common/error.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::column;
using fake::FakeTablesHost;

constexpr std::string_view kSpec = R"({"table": "agents", "natural_key": ["code"], "parameters": ["code"],
  "where": {"code": "code"}, "secrets": ["api_key", {"column": "settings", "path": "$.token"}],
  "fields": {"version": {"const": "1"}, "code": "code", "settings": "settings",
             "kind": {"parent": "kinds", "by": "name"},
             "rights": {"rows": "rights", "key": "resource", "fields": {"level": "level"}}}})";

class Bundles : public testing::Test {
 protected:
  Bundles() {
    Table& kinds = host.add_table("kinds", {column("id", "integer"), column("name", "text")});
    kinds.primary_key = {0};
    kinds.columns[0].identity = true;
    Table& agents =
        host.add_table("agents", {column("id", "integer"), column("code", "text"), column("settings", "json"),
                                  column("kind", "integer"), column("api_key", "text")});
    agents.primary_key = {0};
    agents.columns[0].identity = true;
    Table& rights = host.add_table("rights", {column("id", "integer"), column("agent", "integer"),
                                              column("resource", "text"), column("level", "integer")});
    rights.primary_key = {0};
    rights.columns[0].identity = true;
    host.add_foreign_key("agents", 3, "kinds");
    host.add_foreign_key("rights", 1, "agents");
    host.add_row("kinds", {Cell::integer_of(5), Cell::text("chat")});
    host.add_row("kinds", {Cell::integer_of(6), Cell::text("voice")});
    host.add_row("agents",
                 {Cell::integer_of(70), Cell::text("a"), Cell::of(Tag::json, R"({"token":"t0","x":1})"),
                  Cell::integer_of(5), Cell::text("key")});
    host.add_row("rights", {Cell::integer_of(1), Cell::integer_of(70), Cell::text("z"), Cell::integer_of(2)});
    host.add_row("rights", {Cell::integer_of(2), Cell::integer_of(70), Cell::text("b"), Cell::integer_of(1)});
  }

  std::string faults(std::string_view spec) {
    try {
      compile_bundle(host, "agent", spec);
    } catch (const Error& error) {
      EXPECT_EQ(error.code, code::kInvalidBundle);
      return error.detail;
    }
    return {};
  }

  std::string exported() {
    const auto shape = compile_bundle(host, "agent", kSpec);
    return std::string(export_bundle(host, *shape, {{{"code", "a"}}, "now"}, BundleLayout::compact).view());
  }

  std::string summary(std::string_view document, bool prune = false) {
    const auto shape = compile_bundle(host, "agent", kSpec);
    BundleProblems problems;
    BundleComparison comparison(host, *shape, document, {prune, {}, false});
    comparison.run(problems);
    std::string text;
    for (const BundleProblem& problem : problems.kept())
      if (problem.severity == "error") text += problem.path + ": " + problem.message + "\n";
    return text.empty() ? plan_summary(comparison) : text;
  }

  FakeTablesHost host;
};

TEST_F(Bundles, TheDocumentHasNeitherNumbersNorSecrets) {
  EXPECT_EQ(exported(),
            "{\"version\":\"1\",\"code\":\"a\",\"settings\":{\"x\":1},\"kind\":\"chat\","
            "\"rights\":{\"b\":{\"level\":1},\"z\":{\"level\":2}}}\n");
}

TEST_F(Bundles, ItsOwnDocumentChangesNothing) {
  EXPECT_EQ(summary(exported()), "nothing to change");
  EXPECT_EQ(summary(exported(), true), "nothing to change");
}

TEST_F(Bundles, ChangesInWords) {
  EXPECT_EQ(
      summary(R"({"version":"1","code":"a","kind":"voice","rights":{"b":{"level":9},"c":{"level":1}}})"),
      "update agent, set 2 rights");
  EXPECT_EQ(summary(R"({"version":"1","code":"a","rights":{"b":{"level":1}}})", true), "remove 1 right");
  EXPECT_EQ(summary(R"({"version":"1","code":"n","rights":{"b":{"level":1}}})"),
            "register new agent, set 1 right");
  // What the document does not say stays.
  EXPECT_EQ(summary(R"({"version":"1","code":"a"})", true), "nothing to change");
}

TEST_F(Bundles, ProblemsWithTheirPaths) {
  EXPECT_EQ(summary(R"({"version":"2","code":"a","kind":"fax","right":{},"settings":{"token":"new"},
                        "rights":{"b":{"level":"x"},"c":{"level":1,"level":2}}})"),
            "$.version: must be \"1\"\n"
            "$.right: unknown key \"right\", did you mean \"rights\"?\n"
            "$.settings: has a value where a secret is, which no document may bring\n"
            "$.rights[\"b\"].level: \"x\" is not an integer\n"
            "$.rights[\"c\"].level: the key stands there twice\n"
            "$.kind: table \"kinds\" has no row (fax)\n");
  EXPECT_TRUE(summary("{\"version\":").starts_with("$: "));
}

TEST_F(Bundles, FaultsOfASpecification) {
  EXPECT_EQ(faults(kSpec), "");
  EXPECT_EQ(faults(R"({"table": "agent", "fields": {}})"),
            "$.table: table \"agent\" does not exist; Did you mean \"agents\"?");
  EXPECT_EQ(faults(R"({"table": "rights", "natural_key": ["resource"], "ignore": ["level"],
                       "fields": {"resource": "resource", "agent": "agent"}})"),
            "$: the foreign key of column \"agent\" leaves the bundle, to table \"agents\": say its row by "
            "{\"parent\": \"agents\", …}");
  EXPECT_EQ(
      faults(R"({"table": "kinds", "natural_key": ["name"], "fields": {}})"),
      "$: column \"name\" of the natural key is not in the document\n"
      "$: column \"name\" of table \"kinds\" is not declared: make it a field, or list it in \"secrets\", "
      "\"volatile\" or \"ignore\"");
  EXPECT_EQ(faults("[]"), "$: a specification is a JSON object");
}

TEST_F(Bundles, ThePlanHashIsOfTheRowsToo) {
  const auto shape = compile_bundle(host, "agent", kSpec);
  const std::string document = exported();
  const auto hash = [&](bool prune) {
    BundleProblems problems;
    BundleComparison comparison(host, *shape, document, {prune, {}, false});
    comparison.run(problems);
    return comparison.plan_hash();
  };
  const std::string before = hash(false);
  EXPECT_EQ(hash(false), before);
  EXPECT_NE(hash(true), before);
  host.add_row("rights", {Cell::integer_of(3), Cell::integer_of(70), Cell::text("q"), Cell::integer_of(1)});
  EXPECT_NE(hash(false), before);
}

}  // namespace
}  // namespace whimbrel
