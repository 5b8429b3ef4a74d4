#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/importer.h"
#include "common/transfer/write_along.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::call;
using fake::column;
using fake::digests;
using fake::FakeTablesHost;
using Strings = std::vector<std::string>;

// How often a document was opened: once for what stands in front, once for each reading.
class CountedInput : public DocumentInput {
 public:
  explicit CountedInput(std::string_view text) : text_(text) {}
  std::unique_ptr<DocumentStream> open(const json::Position& start, bool many) const override {
    ++opened;
    return text_.open(start, many);
  }
  mutable int opened = 0;

 private:
  TextInput text_;
};

FakeTablesHost sample(bool dynamic = false) {
  FakeTablesHost host(dynamic);
  host.add_table("users", {column("id", "bigint"), column("name", "text"), column("tags", "integer[]")});
  host.table("users").columns[0].identity = true;
  host.add_table("agents", {column("id", "bigint"), column("user_id", "bigint"), column("config", "jsonb")});
  host.add_foreign_key("agents", 1, "users");
  host.add_table("empty", {column("id", "bigint")});
  return host;
}

FakeTablesHost filled(std::int64_t rows, bool dynamic = false) {
  FakeTablesHost host = sample(dynamic);
  for (std::int64_t i = 1; i <= rows; ++i) {
    host.add_row("users", {Cell::integer_of(i), Cell::text("n\"" + std::to_string(i)),
                           Cell::of(Tag::encoded, std::string_view("[1,null]"))});
    host.add_row("agents", {Cell::integer_of(i), Cell::integer_of(1),
                            Cell::of(Tag::json, std::string_view("{\"a\": [1, 2.50]}"))});
  }
  return host;
}

std::string exported(FakeTablesHost& host, bool lines) {
  if (!lines) return call(host, "export_json", {"{}"})[0][0];
  std::string text;
  for (const auto& row : call(host, "export_jsonl", {"{}"})) text += row[0] + "\n";
  return text;
}

// Everything that a caller and the database see of an import.
std::string outcome(FakeTablesHost host, std::string_view document, bool dry_run = false) {
  ImportOptions options;
  options.dry_run = dry_run;
  std::string text;
  try {
    for (const ImportedTable& table : import_document(host, TextInput(document), options))
      text += table.name + " " + std::to_string(table.read) + " " + std::to_string(table.inserted) + "\n";
  } catch (const Error& error) {
    text = error.code + " " + error.message + "\n" + error.detail + "\n" + error.where + "\n";
  }
  EXPECT_EQ(host.open_savepoints(), 0U);
  return text + digests(host) + std::to_string(host.data().sequences["users.id"]);
}

// With a trigger a table is written only after everything was checked.
FakeTablesHost checked_before(FakeTablesHost host) {
  host.table("empty").triggers = true;
  return host;
}

TEST(WriteAlong, OurOwnExportsAreReadOnce) {
  for (const bool lines : {false, true}) {
    for (const bool dynamic : {false, true}) {
      FakeTablesHost source = filled(600, dynamic);
      const std::string document = exported(source, lines);
      FakeTablesHost host = sample();
      const CountedInput input(document);
      const auto imported = import_document(host, input, {});
      EXPECT_EQ(input.opened, 2);
      EXPECT_EQ(host.did, (Strings{"insert users", "insert agents", "raise users.id"}));
      EXPECT_EQ(digests(host), digests(source));
      ASSERT_EQ(imported.size(), 3U);
      EXPECT_EQ(imported[0].name, "empty");
      EXPECT_EQ(imported[1].inserted, 600U);
      EXPECT_EQ(imported[2].read, 600U);
      EXPECT_EQ(host.rows("agents")[599][2].bytes, "{\"a\": [1, 2.50]}");
    }
  }
}

TEST(WriteAlong, WhatHasToBeCheckedBefore) {
  FakeTablesHost source = filled(2);
  const std::string document = exported(source, false);
  const auto readings = [&](FakeTablesHost host, std::string text) {
    const CountedInput input(text);
    import_document(host, input, {});
    EXPECT_EQ(host.rows("users").size(), 2U);
    EXPECT_EQ(host.rows("agents").size(), 2U);
    return input.opened - 1;
  };
  EXPECT_EQ(readings(sample(), document), 1);
  EXPECT_EQ(readings(checked_before(sample()), document), 3);
  FakeTablesHost wider = sample();
  wider.table("agents").columns.push_back(column("more", "text"));
  {
    const CountedInput input(document);
    import_document(wider, input, {});
    EXPECT_EQ(input.opened, 4);
  }
  FakeTablesHost other_order = sample();
  other_order.table("agents").foreign_keys.clear();  // then by name
  EXPECT_EQ(readings(other_order, document), 3);
  FakeTablesHost rounding = sample();
  rounding.table("users").columns[1].type = "jsonb[]";
  rounding.table("users").columns[1].kind = Kind::array;
  FakeTablesHost plain = sample();
  Table& users = plain.table("users");
  users.columns[1].type = "json[]";
  users.columns[1].kind = Kind::array;
  EXPECT_TRUE(may_change_values(rounding.dialect(), rounding.table("users"),
                                describe(users, TablePlan::whole(users).columns)));
}

// Rows that lack a key are found only on the way: then nothing stays of what was written before.
TEST(WriteAlong, RowsThatLackAColumn) {
  FakeTablesHost source = filled(600);
  std::string document = exported(source, false);
  const std::string key = ",\"user_id\":1";
  document.erase(document.rfind(key), key.size());
  // Without digests in $end, which would not be true any more.
  for (std::size_t at; (at = document.find(", \"digest\": \"")) != std::string::npos;)
    document.erase(at, document.find('"', at + 13) + 1 - at);
  FakeTablesHost host = sample();
  const CountedInput input(document);
  import_document(host, input, {});
  EXPECT_GT(input.opened, 2);
  EXPECT_EQ(host.rows("users").size(), 600U);
  EXPECT_EQ(host.rows("agents").size(), 600U);
  EXPECT_TRUE(host.rows("agents")[599][1].cell.is_null());
}

// Whatever is wrong, and wherever: the error is the same as from a check before, and nothing stays.
TEST(WriteAlong, FaultsAreReportedAsByACheckBefore) {
  for (const bool lines : {false, true}) {
    FakeTablesHost source = filled(3);
    const std::string document = exported(source, lines);
    const FakeTablesHost along = sample();
    const FakeTablesHost before = checked_before(along);
    ASSERT_EQ(outcome(along, document), outcome(before, document));
    ASSERT_EQ(outcome(along, document, true), outcome(before, document, true));
    std::size_t refused = 0;
    const auto compare = [&](const std::string& edited) {
      const std::string expected = outcome(before, edited);
      ASSERT_EQ(outcome(along, edited), expected) << edited;
      refused += expected.starts_with("WB02") ? 1 : 0;
    };
    for (std::size_t i = 0; i < document.size(); ++i) {
      compare(document.substr(0, i));
      std::string edited = document;
      edited.erase(i, 1);
      compare(edited);
      edited = document;
      edited[i] = '1';
      compare(edited);
    }
    EXPECT_GT(refused, document.size());
    for (const char* behind : {"x", "{}", "\n{\"metadata\":{}}", "[", " \n ", "\n0"})
      compare(document + behind);
    // Two faults, in different tables, and one of the database before one of the document.
    std::string two = document;
    two.replace(two.find("\"user_id\":1"), 11, "\"user_id\":x");
    compare(two);
    two = document;
    two.replace(two.find("\"id\":2"), 6, "\"id\":1");
    compare(two);
    two.replace(two.rfind("\"id\":2"), 6, "\"id\":\"\"");
    compare(two);
  }
}

TEST(WriteAlong, FaultsBehindTheFirstBatch) {
  FakeTablesHost source = filled(1000);
  const std::string document = exported(source, false);
  const FakeTablesHost along = sample();
  const FakeTablesHost before = checked_before(along);
  for (const char* value : {"\"id\":700,", "\"id\":1000,"}) {
    for (const char* fault : {"\"id\":7.5,", "\"id\":1,\"id\":1,", "\"id\":5,", "\"more\":5,", "\"id\" 5"}) {
      for (const bool last : {false, true}) {
        std::string edited = document;
        const std::size_t at = last ? edited.rfind(value) : edited.find(value);
        edited.replace(at, std::string_view(value).size(), fault);
        const std::string expected = outcome(before, edited);
        EXPECT_EQ(outcome(along, edited), expected);
        EXPECT_TRUE(expected.starts_with("WB02")) << expected;
      }
    }
  }
}

// A key that is taken, in a document that is right.
TEST(WriteAlong, RowsThatTheDatabaseRefuses) {
  FakeTablesHost source = filled(1000);
  const std::string document = exported(source, false);
  FakeTablesHost host = sample();
  host.add_row("users", {Cell::integer_of(700), Cell(), Cell()});
  const std::string expected = outcome(checked_before(host), document);
  EXPECT_EQ(outcome(host, document), expected);
  EXPECT_NE(expected.find("23505"), std::string::npos);
  EXPECT_NE(expected.find("table \"users\", row 700 (line "), std::string::npos);
}

TEST(WriteAlong, ClearAndCycles) {
  FakeTablesHost source = filled(5);
  source.add_foreign_key("users", 0, "agents");
  const std::string document = exported(source, false);
  FakeTablesHost host = filled(9);
  host.add_foreign_key("users", 0, "agents");
  host.did.clear();
  const auto rows = call(host, "import_json", {document, "{\"clear\": true}"});
  EXPECT_EQ(host.did.front(), "defer agents users");
  EXPECT_EQ(host.did.back(), "restore");
  EXPECT_EQ(digests(host), digests(source));
  EXPECT_EQ(rows[0][0] + rows[0][6] + rows[2][0] + rows[2][6], "agents9empty0");
}

// A host that loads names no row in an error: then the same is written once more row by row, in both ways.
TEST(WriteAlong, ALoadThatFailsIsRepeatedRowByRow) {
  FakeTablesHost source = filled(5);
  source.rows("agents")[3][1] = Cell::integer_of(77);
  const std::string document = exported(source, false);
  for (const bool along : {true, false}) {
    FakeTablesHost host = along ? sample() : checked_before(sample());
    const std::string expected = outcome(host, document);
    EXPECT_NE(expected.find("table \"agents\"\n"), std::string::npos) << expected;
    host.loads = true;
    EXPECT_EQ(outcome(host, document), expected);
  }
}

TEST(WriteAlong, ALoadIsFinished) {
  FakeTablesHost source = filled(5);
  const std::string document = exported(source, false);
  for (const bool along : {true, false}) {
    FakeTablesHost host = along ? sample() : checked_before(sample());
    host.loads = true;
    import_document(host, TextInput(document), {});
    EXPECT_EQ(std::count(host.did.begin(), host.did.end(), "finish load"), 1);
    EXPECT_EQ(digests(host), digests(source));
  }
}

TEST(WriteAlong, TriggersOff) {
  FakeTablesHost source = filled(5);
  const std::string document = exported(source, false);
  FakeTablesHost host = checked_before(sample());
  const CountedInput input(document);
  ImportOptions options;
  options.triggers = false;
  import_document(host, input, options);
  EXPECT_EQ(input.opened, 2);  // nothing can change a row any more
  EXPECT_EQ(host.did.front(), "suspend empty users agents");
  EXPECT_EQ(host.did.back(), "restore triggers");
  EXPECT_EQ(digests(host), digests(source));
}

// A cancel ends everything at once; the rest of the document is not looked at.
class CancelledHost : public FakeTablesHost {
 public:
  using FakeTablesHost::FakeTablesHost;
  explicit CancelledHost(const FakeTablesHost& host) : FakeTablesHost(host) {}
  std::uint64_t insert(const InsertRequest&, RowReader&) override {
    ++inserts;
    throw Error("57014", "canceling statement due to user request");
  }
  int inserts = 0;
};

TEST(WriteAlong, ACancelIsNoFaultOfTheDocument) {
  FakeTablesHost source = filled(5);
  const std::string document = exported(source, false);
  CancelledHost host(sample());
  const CountedInput input(document);
  EXPECT_THROW(import_document(host, input, {}), Error);
  EXPECT_EQ(input.opened, 2);
  EXPECT_EQ(host.inserts, 1);
  EXPECT_EQ(host.open_savepoints(), 0U);
}

}  // namespace
}  // namespace whimbrel
