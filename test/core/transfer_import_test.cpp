#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/error.h"
#include "common/transfer/importer.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::call;
using fake::column;
using fake::digests;
using fake::FakeTablesHost;
using fake::of;
using Strings = std::vector<std::string>;

// Users, agents of users, and a table that has nothing to do with them.
FakeTablesHost application(bool dynamic = false) {
  FakeTablesHost host(dynamic);
  host.add_table("users", {column("id", "bigint"), column("name", "text"), column("score", "smallint")});
  host.table("users").columns[0].identity = true;
  host.add_table("agents", {column("id", "bigint"), column("user_id", "bigint"), column("config", "jsonb")});
  host.add_foreign_key("agents", 1, "users");
  host.add_table("notes", {column("id", "bigint"), column("text", "text")});
  return host;
}

Error failure(FakeTablesHost& host, std::string_view function, const Strings& arguments) {
  const auto before = host.data().rows;
  try {
    call(host, function, arguments);
  } catch (const Error& error) {
    EXPECT_EQ(host.open_savepoints(), 0U);
    for (const auto& [name, rows] : host.data().rows) {
      const auto was = before.find(name);
      EXPECT_EQ(rows.size(), was == before.end() ? 0 : was->second.size()) << name;
    }
    return error;
  }
  ADD_FAILURE() << "no error for " << arguments[0];
  return Error("none", "");
}

TEST(Import, ADocumentOfAnotherProgram) {
  FakeTablesHost host = application();
  const auto rows = call(host, "import_json", {R"({
    "agents": [{"config": {"a": [1, 2.50]}, "user_id": 5, "id": 1}, {"id": 2, "user_id": 6}],
    "users": [{"id": 5, "name": "Ada"}, {"id": 6, "name": null, "score": -3}],
    "metadata": {"exportedAt": "2026-11-20", "version": "3.1"}})"});
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (Strings{"users", "2", "2", "0", "0", "0", "0", "0", "0", "real", "null", "null"}));
  EXPECT_EQ(rows[1], (Strings{"agents", "2", "2", "0", "0", "0", "0", "0", "0", "real", "null", "null"}));
  EXPECT_EQ(host.did, (Strings{"insert users", "raise users.id", "insert agents"}));
  EXPECT_EQ(host.rows("users")[1][2].cell.integer, -3);
  EXPECT_EQ(host.rows("agents")[0][2].cell.tag, Tag::json);
  EXPECT_EQ(host.rows("agents")[0][2].bytes, R"({"a": [1, 2.50]})");
  EXPECT_EQ(host.rows("agents")[1][2].cell.tag, Tag::null);
}

FakeTablesHost many_types(bool dynamic) {
  FakeTablesHost host(dynamic);
  host.add_table(
      "types", {column("id", "bigint"), column("b", "boolean"), column("r", "double precision"),
                column("n", "numeric(30,10)"), column("t", "text"), column("x", "bytea"), column("d", "date"),
                column("h", "time"), column("ts", "timestamp"), column("tz", "timestamptz"),
                column("u", "uuid"), column("j", "json"), column("a", "integer[]"), column("o", "inet")});
  return host;
}

void add_types(FakeTablesHost& host) {
  host.add_row("types",
               {Cell::integer_of(1), Cell::boolean(true), Cell::real_of(-0.0),
                of(Tag::number, "8.9000000000"), Cell::text("a\"\\\n\xC3\xA9"),
                of(Tag::bytes, std::string_view("\0\xff", 2)), Cell::of(Tag::date, std::int64_t{-40000}),
                Cell::of(Tag::time, std::int64_t{1}), Cell::of(Tag::timestamp, kInfinity),
                Cell::of(Tag::timestamptz, std::int64_t{123456789012345}), of(Tag::uuid, "0123456789abcdef"),
                of(Tag::json, "{\"a\":\n null}"), of(Tag::encoded, "[1,null]"), Cell::text("10.0.0.0/8")});
  host.add_row("types", {Cell::integer_of(2), Cell::boolean(false), Cell::real_of(INFINITY),
                         of(Tag::number, "NaN"), Cell::text(""), of(Tag::bytes, ""), Cell(), Cell(), Cell(),
                         Cell(), Cell(), of(Tag::json, "null"), Cell(), Cell()});
  host.add_row("types", {Cell::integer_of(3), Cell(), Cell::real_of(std::nan("")),
                         of(Tag::number, "123456789012345678901.5"), Cell(), Cell(), Cell(), Cell(), Cell(),
                         Cell(), Cell(), of(Tag::json, "\"text\""), Cell(), Cell()});
  host.add_row("types",
               {Cell::integer_of(4), Cell(), Cell(), of(Tag::number, "100"), Cell(), Cell(), Cell(), Cell(),
                Cell(), Cell(), Cell(), of(Tag::json, "{\"$bytes\":\"AA==\"}"), Cell(), Cell()});
}

// Every layout, between every pair of engines: the data stays what it was.
TEST(Import, TheDefaultSchemaMayBeNamed) {
  FakeTablesHost host = application();
  const std::string key = host.dialect().default_schema + ".notes";
  call(host, "import_json", {"{\"" + key + "\": [{\"id\": 1, \"text\": \"x\"}]}"});
  EXPECT_EQ(host.data().rows.at("notes").size(), 1U);
}

TEST(Import, RoundTripOfAllTypes) {
  for (const char* function : {"export_json", "export_jsonl"}) {
    for (const char* options : {"{}", R"({"pretty":true})"}) {
      if (std::string(function) == "export_jsonl" && std::string(options) != "{}") continue;
      for (const bool dynamic : {false, true}) {
        FakeTablesHost source = many_types(false);
        add_types(source);
        std::string document;
        for (const auto& row : call(source, function, {options})) document += row[0] + "\n";
        FakeTablesHost target = many_types(dynamic);
        const auto rows = call(target, "import_json", {document});
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0][2], "4");
        EXPECT_EQ(digests(target), digests(source)) << function << options << dynamic;
        for (const auto& row : call(target, "data_verify", {document})) EXPECT_EQ(row[3], "true") << row[4];
        if (!dynamic) {
          for (std::size_t i = 0; i < 4; ++i)
            for (std::size_t c = 0; c < 14; ++c)
              EXPECT_EQ(target.rows("types")[i][c].cell.tag, source.rows("types")[i][c].cell.tag)
                  << i << " " << c;
        }
        // And back.
        FakeTablesHost back = many_types(false);
        call(back, "import_json", {call(target, "export_json", {"{}"})[0][0]});
        EXPECT_EQ(digests(back), digests(source));
      }
    }
  }
}

TEST(Import, DynamicValuesKeepTheirTypes) {
  FakeTablesHost source(true);
  source.add_table("v", {column("id", "integer"), column("x", ""), column("j", "JSON"),
                         column("d", "DATETIME"), column("n", "NUMERIC")});
  const std::vector<std::vector<Cell>> rows = {
      {Cell::integer_of(1), Cell::real_of(1), of(Tag::json, "{\"a\":1}"), Cell::text("2009-01-01 00:00:00"),
       Cell::real_of(8.9)},
      {Cell::integer_of(2), Cell::integer_of(1), Cell::text("not json"), Cell::text("yesterday"),
       Cell::integer_of(8)},
      {Cell::integer_of(3), Cell::real_of(INFINITY), of(Tag::json, "\"s\""), Cell::integer_of(12),
       Cell::text("NaN")},
      {Cell::integer_of(4), of(Tag::odd_text, std::string_view("a\0b", 3)), Cell::integer_of(12),
       Cell::real_of(0.1), Cell::real_of(1e300)},
      {Cell::integer_of(5), of(Tag::odd_text, "\xff"), Cell::real_of(1.5), of(Tag::bytes, "\x01"), Cell()},
      {Cell::integer_of(6), of(Tag::bytes, ""), of(Tag::json, "null"), Cell::text(""), Cell::real_of(-0.0)},
      {Cell::integer_of(7), Cell::text("Infinity"), of(Tag::bytes, "x"), Cell(),
       Cell::real_of(1.7976931348623157e308)}};
  for (const auto& row : rows) source.add_row("v", row);
  FakeTablesHost target(true);
  target.add_table("v", source.table("v").columns);
  const std::string document = call(source, "export_json", {"{}"})[0][0];
  call(target, "import_json", {document});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t c = 0; c < 5; ++c) {
      const fake::StoredCell& was = source.rows("v")[i][c];
      const fake::StoredCell& is = target.rows("v")[i][c];
      EXPECT_EQ(is.cell.tag, was.cell.tag) << i << " " << c << " " << is.bytes;
      EXPECT_EQ(is.key(), was.key()) << i << " " << c;
    }
  }
  EXPECT_EQ(call(target, "export_json", {"{}"})[0][0].substr(200), document.substr(200));
}

TEST(Import, AllProblemsAtOnce) {
  FakeTablesHost host = application();
  const Error error = failure(host, "import_json", {R"({
 "users": [
  {"id":1,"name":5},
  {"id":"x","nane":"y","name":"Ada"},
  {"id":3,"id":4,"score":40000},
  {"id":9223372036854775808,"name":{"a":1}}],
 "notez": [],
 "notes": [
  {"id":1,"text":"a\u0000b"}]})"});
  EXPECT_EQ(error.code, code::kWrongType);
  EXPECT_EQ(error.message, R"(table "users", row 1, column "name": 5 is not text (and 8 more problems))");
  EXPECT_EQ(error.detail, R"(All problems:
table "users", row 1, column "name": 5 is not text (line 3, column 18)
table "users", row 2, column "id": "x" is not an integer (line 4, column 9)
table "users", row 2: column "nane" does not exist (did you mean "name"?) (line 4, column 13)
table "users", row 3, column "id": the key stands twice in the row (line 5, column 11)
table "users", row 3, column "score": 40000 is out of the column's range (line 5, column 26)
table "users", row 4, column "id": 9223372036854775808 is out of the column's range (line 6, column 9)
table "users", row 4, column "name": {"a":1} is not text (line 6, column 36)
table "notez" does not exist (did you mean "notes"?) (line 7, column 11)
table "notes", row 1, column "text": text with a NUL character at byte 2, which this database cannot hold (line 9, column 18))");
  EXPECT_TRUE(host.did.empty());
}

TEST(Import, OnlySoManyProblemsAreListed) {
  FakeTablesHost host = application();
  std::string document = "{\"notes\":[";
  for (int i = 0; i < 250; ++i) document += std::string(i == 0 ? "" : ",") + "{\"id\":true}";
  const Error error = failure(host, "import_json", {document + "]}"});
  EXPECT_EQ(error.message,
            R"(table "notes", row 1, column "id": true is not an integer (and 249 more problems))");
  EXPECT_EQ(std::count(error.detail.begin(), error.detail.end(), '\n'), 100);
  EXPECT_TRUE(error.detail.starts_with("The first 100 problems:"));
}

TEST(Import, WrongValues) {
  const std::vector<std::pair<const char*, const char*>> wrong = {{"boolean", "2"},
                                                                  {"boolean", "\"true\""},
                                                                  {"integer", "1.0"},
                                                                  {"integer", "true"},
                                                                  {"integer", "2147483648"},
                                                                  {"real", "1e39"},
                                                                  {"double precision", "1e400"},
                                                                  {"double precision", "\"1x\""},
                                                                  {"numeric", "\"abc\""},
                                                                  {"bytea", "\"abc\""},
                                                                  {"bytea", R"({"$bytes":"a"})"},
                                                                  {"date", "\"2026-02-30\""},
                                                                  {"date", "5"},
                                                                  {"time", "\"25:00:00\""},
                                                                  {"timestamp", "\"today\""},
                                                                  {"uuid", "\"abc\""},
                                                                  {"text", "[1]"},
                                                                  {"text", R"({"$bytes":"AA=="})"},
                                                                  {"text", R"({"$text":"/w=="})"},
                                                                  {"inet", "{}"},
                                                                  {"jsonb", R"({"$bytes":"AA=="})"},
                                                                  {"jsonb", R"({"$jsontext":"{"})"},
                                                                  {"integer[]", "{}"},
                                                                  {"integer", R"({"$num":"NaN"})"}};
  for (const auto& [type, value] : wrong) {
    FakeTablesHost host;
    host.add_table("t", {column("id", "integer"), column("c", type)});
    const Error error = failure(host, "import_json", {std::string(R"({"t":[{"id":1,"c":)") + value + "}]}"});
    EXPECT_TRUE(error.code == code::kWrongType || error.code == code::kInvalidText ||
                error.code == code::kInvalidDocument)
        << type << " " << value << " " << error.code << error.message;
    EXPECT_TRUE(error.message.starts_with(R"(table "t", row 1, column "c": )")) << error.message;
  }
}

TEST(Import, BrokenDocuments) {
  const std::vector<std::pair<const char*, std::string_view>> broken = {
      {"", code::kInvalidDocument},
      {"[]", code::kInvalidDocument},
      {"{", code::kInvalidJson},
      {R"({"users":[{"id":1})", code::kInvalidJson},
      {R"({"users":[{"id":01}]})", code::kInvalidJson},
      {R"({"users":[1]})", code::kInvalidDocument},
      {R"({"users":{}})", code::kInvalidDocument},
      {R"({"$unknown":[]})", code::kInvalidDocument},
      {R"({"users":[],"users":[]})", code::kDuplicateKey},
      {R"({"metadata":{},"metadata":{}})", code::kDuplicateKey},
      {R"({"metadata":[]})", code::kInvalidDocument},
      {R"({"metadata":{"tables":{"users":{"columns":[["id"]]}}}})", code::kInvalidDocument},
      {R"({"metadata":{"version":"2.0.0","tables":{}}})", code::kInvalidDocument},
      {R"({"users":[]} {"users":[]})", code::kInvalidJson},
      {"{\"table\":\"users\",\"row\":{\"id\":1}}\n{\"table\":\"users\"}", code::kInvalidDocument},
      {"{\"table\":\"users\",\"row\":{\"id\":1}}\n[]", code::kInvalidDocument},
      {"{\"table\":\"users\",\"row\":{\"id\":1},\"more\":1}", code::kInvalidDocument},
      {"{\"users\":[{\"name\":\"\xff\"}]}", code::kInvalidJson},
      {R"({"metadata":{"tables":{"users":{"columns":[["id","bigint"]]}}},"users":[]})",
       code::kDamagedDocument},
      {R"({"metadata":{"tables":{"users":{}}},"$end":{"tables":{"users":{"rows":0}}}})",
       code::kDamagedDocument},
      {R"({"users":[],"$end":{"tables":{}}})", code::kDamagedDocument},
      {R"({"users":[],"$end":{"tables":{"users":{"rows":1}}}})", code::kDamagedDocument},
      {R"({"$end":{"tables":{"users":{"rows":1.5}}}})", code::kInvalidDocument}};
  for (const auto& [document, expected] : broken) {
    FakeTablesHost host = application();
    const Error error = failure(host, "import_json", {document});
    EXPECT_EQ(error.code, expected) << document << "\n" << error.message;
  }
}

TEST(Import, SyntaxErrorsNameTableAndRow) {
  FakeTablesHost host = application();
  const Error error = failure(host, "import_json", {"{\"users\":[{\"id\":1},\n{\"id\":}]}"});
  EXPECT_EQ(error.code, code::kInvalidJson);
  EXPECT_EQ(error.where, "table \"users\", row 2");
  const Error both = failure(host, "import_json", {"{\"users\":[{\"id\":true},\n{\"id\":}]}"});
  EXPECT_EQ(both.code, code::kWrongType);
  EXPECT_NE(both.message.find("(and 1 more problem)"), std::string::npos) << both.message;
}

TEST(Import, EditedDocumentsAreDamaged) {
  FakeTablesHost source = application();
  source.add_row("users", {Cell::integer_of(1), Cell::text("Ada"), Cell()});
  source.add_row("users", {Cell::integer_of(2), Cell::text("Bob"), Cell::integer_of(5)});
  const std::string whole = call(source, "export_json", {"{}"})[0][0];
  const auto edited = [&](std::string_view from, std::string_view to) {
    std::string text = whole;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    FakeTablesHost host = application();
    const Error error = failure(host, "import_json", {text});
    EXPECT_EQ(error.code, code::kDamagedDocument) << error.message;
    return error.message;
  };
  EXPECT_NE(edited("Ada", "Eve").find("digest"), std::string::npos);
  EXPECT_EQ(edited(",\n  {\"id\":2,\"name\":\"Bob\",\"score\":5}", ""),
            "table \"users\": damaged document: it has 1 rows, $end says 2");
  EXPECT_NE(edited("\"score\":null", "\"score\":0").find("digest"), std::string::npos);
  EXPECT_NE(edited(",\"score\":null", "").find("digest"), std::string::npos);
  EXPECT_NE(edited("[\"score\",\"smallint\"]", "[\"score2\",\"smallint\"]")
                .find("\"score\" that the metadata does not know"),
            std::string::npos);
  EXPECT_EQ(edited(whole.substr(whole.find(",\n \"$end\"")), "}"),
            "damaged document: it has no $end, so it was cut off");
  // White space, the order of keys and the spelling of values are no damage.
  std::string text = whole;
  text.replace(text.find("{\"id\":2,\"name\":\"Bob\",\"score\":5}"), 31,
               "{\"score\": 5, \"name\":\"\\u0042ob\", \"id\":2 }");
  FakeTablesHost host = application();
  EXPECT_EQ(call(host, "import_json", {text}).size(), 3U);
  EXPECT_EQ(digests(host), digests(source));
}

TEST(Import, Selection) {
  const std::string document =
      R"({"users":[{"id":1}],"agents":[{"id":1,"user_id":1}],"notes":[{"id":1}],"secrets":[{"x":1}]})";
  FakeTablesHost host = application();
  EXPECT_EQ(failure(host, "import_json", {document}).code, code::kUnknownTable);
  EXPECT_EQ(call(host, "import_json", {document, R"({"skip":["secrets","agents"]})"}).size(), 2U);
  EXPECT_TRUE(host.rows("agents").empty());
  EXPECT_EQ(call(host, "import_json", {document, R"({"tables":"agents"})"}).size(), 1U);
  const Error error = failure(host, "import_json", {document, R"({"tables":["note"]})"});
  EXPECT_EQ(error.code, code::kUnknownTable);
  EXPECT_EQ(error.message, "table \"note\" is not in the document");
  EXPECT_EQ(error.hint, "Did you mean \"notes\"?");
  EXPECT_EQ(failure(host, "import_json", {document, R"({"on_conflikt":"skip"})"}).code, code::kInvalidOption);
}

TEST(Import, ClearDeletesChildrenFirst) {
  FakeTablesHost host = application();
  host.add_row("users", {Cell::integer_of(7), Cell(), Cell()});
  host.add_row("agents", {Cell::integer_of(1), Cell::integer_of(7), Cell()});
  host.add_row("notes", {Cell::integer_of(1), Cell()});
  const auto rows = call(host, "import_json", {R"({"agents":[],"users":[{"id":1}]})", R"({"clear":true})"});
  EXPECT_EQ(rows[0], (Strings{"users", "1", "1", "0", "0", "0", "1", "0", "0", "real", "null", "null"}));
  EXPECT_EQ(rows[1][6], "1");
  EXPECT_EQ(host.did, (Strings{"clear agents", "clear users", "insert users", "raise users.id"}));
  EXPECT_EQ(host.rows("notes").size(), 1U);
}

TEST(Import, ClearReachesNoOtherTable) {
  FakeTablesHost host = application();
  host.table("agents").foreign_keys[0].on_delete = ForeignKeyAction::cascade;
  host.add_row("users", {Cell::integer_of(7), Cell(), Cell()});
  const Strings arguments{R"({"users":[{"id":1}]})", R"({"clear":true})"};
  // Nothing references the rows: nothing else would change.
  call(host, "import_json", arguments);
  host.add_row("agents", {Cell::integer_of(1), Cell::integer_of(1), Cell()});
  const Error error = failure(host, "import_json", arguments);
  EXPECT_EQ(error.code, code::kReference);
  EXPECT_EQ(error.message, R"(clearing table "users" would change table "agents", which is not imported)");
  EXPECT_NE(error.detail.find("ON DELETE CASCADE"), std::string::npos);
  host.table("agents").foreign_keys[0].on_delete = ForeignKeyAction::no_action;
  EXPECT_EQ(failure(host, "import_json", arguments).code, "23503");
}

TEST(Import, DryRunCountsAndLeavesNothing) {
  FakeTablesHost host = application();
  host.add_row("users", {Cell::integer_of(7), Cell(), Cell()});
  const auto rows =
      call(host, "import_json", {R"({"users":[{"id":1},{"id":2}]})", R"({"clear":true,"dry_run":true})"});
  EXPECT_EQ(rows[0], (Strings{"users", "2", "2", "0", "0", "0", "1", "0", "0", "real", "null", "null"}));
  EXPECT_EQ(host.rows("users").size(), 1U);
  EXPECT_EQ(host.rows("users")[0][0].cell.integer, 7);
  EXPECT_EQ(host.open_savepoints(), 0U);
  EXPECT_EQ(std::count(host.did.begin(), host.did.end(), "raise users.id"), 0);
}

TEST(Import, Cycles) {
  for (const bool dynamic : {false, true}) {
    FakeTablesHost host(dynamic);
    host.add_table("teams", {column("id", "bigint"), column("lead_id", "bigint")});
    host.add_table("people",
                   {column("id", "bigint"), column("team_id", "bigint"), column("boss_id", "bigint")});
    host.add_foreign_key("teams", 1, "people");
    host.add_foreign_key("people", 1, "teams");
    host.add_table("tree", {column("id", "bigint"), column("parent_id", "bigint")});
    host.add_foreign_key("tree", 1, "tree");
    call(host, "import_json", {R"({"teams":[{"id":1,"lead_id":9}],"people":[{"id":9,"team_id":1}],
                                   "tree":[{"id":1,"parent_id":2},{"id":2,"parent_id":null}]})"});
    EXPECT_EQ(host.did.front(), dynamic ? "defer people teams tree" : "defer people teams");
    EXPECT_EQ(host.did.back(), "restore");
    const Error error = failure(host, "import_json", {R"({"teams":[{"id":2,"lead_id":10}],"people":[]})"});
    EXPECT_EQ(error.code, "23503");
  }
}

TEST(Import, IdentitiesThatSomeRowsLack) {
  FakeTablesHost host = application();
  host.add_row("users", {Cell::integer_of(3), Cell(), Cell()});
  call(host, "import_json", {R"({"users":[{"name":"a"},{"id":20,"name":"b"},{"name":"c","score":1}]})"});
  EXPECT_EQ(host.did, (Strings{"insert users", "raise users.id", "insert users", "raise users.id"}));
  ASSERT_EQ(host.rows("users").size(), 4U);
  EXPECT_EQ(host.rows("users")[1][0].cell.integer, 20);
  EXPECT_EQ(host.rows("users")[2][0].cell.integer, 21);
  EXPECT_EQ(host.rows("users")[3][0].cell.integer, 22);
  EXPECT_EQ(host.rows("users")[3][1].bytes, "c");
  FakeTablesHost all_lack = application();
  all_lack.add_row("users", {Cell::integer_of(3), Cell(), Cell()});
  call(all_lack, "import_json", {R"({"users":[{"name":"a"}]})"});
  EXPECT_EQ(all_lack.did, (Strings{"raise users.id", "insert users"}));
  EXPECT_EQ(all_lack.rows("users")[1][0].cell.integer, 4);
}

TEST(Import, RowsThatTheDatabaseRefuses) {
  FakeTablesHost host = application();
  std::string document = "{\"notes\":[\n{\"id\":0}";
  for (int i = 1; i < 1000; ++i) document += ",\n{\"id\":" + std::to_string(i == 700 ? 5 : i) + "}";
  const Error error = failure(host, "import_json", {document + "]}"});
  EXPECT_EQ(error.code, "23505");
  EXPECT_EQ(error.where, "table \"notes\", row 701 (line 702 of the document)");
  const Error mixed = failure(
      host, "import_json", {"{\"users\":[{\"name\":\"a\"},\n{\"id\":1},\n{\"name\":\"b\"},\n{\"id\":1}]}"});
  EXPECT_EQ(mixed.where, "table \"users\", row 4 (line 4 of the document)");
  const Error lines =
      failure(host, "import_json",
              {"{\"table\":\"notes\",\"row\":{\"id\":1}}\n{\"table\":\"users\",\"row\":{\"id\":1}}\n"
               "{\"table\":\"notes\",\"row\":{\"id\":1}}\n"});
  EXPECT_EQ(lines.where, "table \"notes\", row 2 (line 3 of the document)");
}

TEST(Import, LinesOfTablesMayAlternate) {
  FakeTablesHost host = application();
  std::string document = "\xEF\xBB\xBF";
  for (int i = 1; i <= 1000; ++i) {
    document += "{\"table\":\"agents\",\"row\":{\"id\":" + std::to_string(i) +
                ",\"user_id\":" + std::to_string(i) + "}}\n";
    document += " {\"table\": \"users\", \"row\": {\"id\":" + std::to_string(i) + "}}\r\n";
  }
  document += "{\"metadata\":{\"exportedAt\":\"now\"}}";
  const auto rows = call(host, "import_json", {document});
  EXPECT_EQ(rows[0][0] + rows[0][2] + rows[1][0] + rows[1][2], "users1000agents1000");
}

TEST(Import, GeneratedColumnsAreLeftOut) {
  FakeTablesHost host;
  host.add_table("t", {column("id", "bigint"), column("total", "bigint")});
  host.table("t").columns[1].generated = true;
  call(host, "import_json", {R"({"t":[{"id":1,"total":5}]})"});
  EXPECT_EQ(host.rows("t")[0][1].bytes, "computed");
}

TEST(Import, TablesWithOurOwnKeysAndOtherSchemas) {
  FakeTablesHost host;
  host.add_table("metadata", {column("id", "bigint")});
  host.add_table("orders", {column("id", "bigint")});
  host.table("orders").schema = "sales";
  host.table("orders").in_default_schema = false;
  for (const char* document :
       {R"({"$table:metadata":[{"id":1}],"sales.orders":[{"id":1}]})",
        "{\"table\":\"metadata\",\"row\":{\"id\":2}}\n{\"table\":\"sales.orders\",\"row\":{\"id\":2}}"}) {
    EXPECT_EQ(call(host, "import_json", {document}).size(), 2U);
  }
  EXPECT_EQ(host.rows("metadata").size(), 2U);
  EXPECT_EQ(host.rows("sales.orders").size(), 2U);
}

// Somebody writes to the document while it is imported.
class ChangingInput : public DocumentInput {
 public:
  // `second` is what is there from the fourth opening on: behind the two for the outline and the first
  // reading.
  ChangingInput(std::string first, std::string second) : texts_{std::move(first), std::move(second)} {}
  std::unique_ptr<DocumentStream> open(const json::Position& start, bool many) const override {
    const std::string& text = texts_[++opened_ > 3 ? 1 : 0];
    json::ReaderOptions options;
    options.start = start;
    options.many = many;
    return std::make_unique<DocumentStream>(
        std::string_view(text).substr(static_cast<std::size_t>(start.offset)), options);
  }

 private:
  std::string texts_[2];
  mutable int opened_ = 0;
};

TEST(Import, ADocumentThatChangesMeanwhile) {
  const std::string text = R"({"agents": [{"id": 1, "config": {"a": [1, 2]}}, {"id": 2, "config": [3]}]})";
  const auto code_of = [&](std::string_view from, std::string_view to) -> std::string {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    FakeTablesHost host = application();
    try {
      import_document(host, ChangingInput(text, changed), {});
    } catch (const Error& error) {
      EXPECT_EQ(host.open_savepoints(), 0U);
      EXPECT_TRUE(host.data().rows["agents"].empty());
      return std::string(error.code);
    }
    EXPECT_EQ(host.data().rows["agents"].size(), 2U);
    return "";
  };
  EXPECT_EQ(code_of("1, 2", "1, 2"), "");
  EXPECT_EQ(code_of("1, 2", "1, 9"), code::kDamagedDocument);
  EXPECT_EQ(code_of("1, 2", "1; 2"), code::kDamagedDocument);
  EXPECT_EQ(code_of("\"a\"", "nope"), code::kDamagedDocument);
  EXPECT_NE(code_of("[1, 2]", "[1, 2"), "");
  EXPECT_NE(code_of("{\"a\"", "{\"a"), "");
}

TEST(Import, ArgumentsAreChecked) {
  FakeTablesHost host = application();
  EXPECT_EQ(failure(host, "import_json_file", {"/nowhere/a.json"}).code, code::kFile);
  host.refused_path = "/secret.json";
  EXPECT_EQ(failure(host, "import_json_file", {"/secret.json"}).code, "42501");
  EXPECT_EQ(failure(host, "data_verify", {"/secret.json"}).code, "42501");
  EXPECT_EQ(failure(host, "data_verify", {" \n{"}).code, code::kInvalidJson);
}

TEST(Verify, NamesWhatDiffers) {
  FakeTablesHost host = application();
  host.add_row("users", {Cell::integer_of(1), Cell::text("Ada"), Cell()});
  host.add_row("notes", {Cell::integer_of(1), Cell::text("x")});
  const std::string document = call(host, "export_json", {"{}"})[0][0];
  for (const auto& row : call(host, "data_verify", {document})) EXPECT_EQ(row[3] + row[4], "truenull");
  host.rows("users")[0][1] = Cell::text("Eve");
  host.add_row("notes", {Cell::integer_of(2), Cell()});
  const auto rows = call(host, "data_verify", {document});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0],
            (Strings{"notes", "1", "2", "false", "the number of rows differs; id 2 is not in the document"}));
  EXPECT_EQ(rows[1][0] + rows[1][3], "usersfalse");
  EXPECT_TRUE(rows[1][4].starts_with("the rows differ: digest ")) << rows[1][4];
  EXPECT_TRUE(rows[1][4].ends_with("; id 1 differs in \"name\"")) << rows[1][4];
  EXPECT_EQ(rows[2], (Strings{"agents", "0", "0", "true", "null"}));
  EXPECT_EQ(call(host, "data_verify", {document, R"({"skip":["users","notes"]})"}).size(), 1U);
}

TEST(Verify, WithoutMetadata) {
  FakeTablesHost host = application();
  host.add_row("users", {Cell::integer_of(1), Cell::text("Ada"), Cell::integer_of(3)});
  host.add_row("users", {Cell::integer_of(2), Cell::text("Bob"), Cell()});
  const auto rows =
      call(host, "data_verify", {R"({"users":[{"id":2,"name":"Bob"},{"id":1,"name":"Ada"}],"other":[]})"});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (Strings{"users", "2", "2", "true", "not in the document: \"score\""}));
  EXPECT_EQ(rows[1], (Strings{"other", "0", "null", "false", "the table does not exist"}));
  const auto unknown = call(host, "data_verify", {R"({"users":[{"id":1,"nick":"A"}]})"});
  EXPECT_EQ(unknown[0][3] + unknown[0][4], "falsethe table lacks the column \"nick\"");
}

}  // namespace
}  // namespace whimbrel
