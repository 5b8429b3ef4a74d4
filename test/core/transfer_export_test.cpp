#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <regex>
#include <set>
#include <string>

#include "common/file/compressed_file.h"
#include "common/json/reader.h"
#include "common/text/datetime.h"
#include "common/transfer/row_writer.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::call;
using fake::column;
using fake::FakeTablesHost;
using fake::of;

std::string written(Kind kind, const Cell& cell, Layout layout = Layout::document, bool dynamic = false) {
  const RowWriter::Column columns[] = {{"c", kind}};
  const RowWriter writer(columns, {layout, "t", dynamic});
  json::Buffer out;
  writer.write(out, &cell);
  std::string text(out.view());
  const std::string begin = layout == Layout::lines ? "{\"table\":\"t\",\"row\":{\"c\":" : "{\"c\":";
  const std::string end = layout == Layout::lines ? "}}\n" : "}";
  EXPECT_TRUE(text.starts_with(begin) && text.ends_with(end)) << text;
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

TEST(RowWriter, Values) {
  EXPECT_EQ(written(Kind::text, Cell()), "null");
  EXPECT_EQ(written(Kind::boolean, Cell::boolean(true)), "true");
  EXPECT_EQ(written(Kind::boolean, Cell::boolean(false)), "false");
  EXPECT_EQ(written(Kind::integer, Cell::integer_of(std::numeric_limits<std::int64_t>::min())),
            "-9223372036854775808");
  EXPECT_EQ(written(Kind::real, Cell::real_of(1)), "1.0");
  EXPECT_EQ(written(Kind::real, Cell::real_of(-0.0)), "-0.0");
  EXPECT_EQ(written(Kind::real, Cell::real_of(0.1)), "0.1");
  Cell single = Cell::real_of(0.1F);
  single.tag = Tag::real32;
  EXPECT_EQ(written(Kind::real, single), "0.1");
  EXPECT_EQ(written(Kind::numeric, of(Tag::number, "8.900")), "8.900");
  EXPECT_EQ(written(Kind::numeric, of(Tag::number, "NaN")), "\"NaN\"");
  EXPECT_EQ(written(Kind::text, Cell::text("a\"\n\xC3\xA9")), "\"a\\\"\\n\xC3\xA9\"");
  EXPECT_EQ(written(Kind::text, of(Tag::odd_text, std::string_view("a\0", 2))), R"({"$text":"YQA="})");
  EXPECT_EQ(written(Kind::bytes, of(Tag::bytes, "\xde\xad\xbe\xef\xb0")), R"({"$bytes":"3q2+77A="})");
  EXPECT_EQ(written(Kind::date, Cell::of(Tag::date, std::int64_t{0})), "\"2000-01-01\"");
  EXPECT_EQ(written(Kind::time, Cell::of(Tag::time, std::int64_t{1'500'000})), "\"00:00:01.5\"");
  EXPECT_EQ(written(Kind::timestamp, Cell::of(Tag::timestamp, std::int64_t{0})), "\"2000-01-01T00:00:00\"");
  EXPECT_EQ(written(Kind::timestamptz, Cell::of(Tag::timestamptz, kInfinity)), "\"infinity\"");
  EXPECT_EQ(written(Kind::timestamptz, Cell::of(Tag::timestamptz, std::int64_t{0})),
            "\"2000-01-01T00:00:00Z\"");
  EXPECT_EQ(
      written(Kind::uuid, of(Tag::uuid, std::string_view("\0\1\2\3\4\5\6\7\x8\x9\xa\xb\xc\xd\xe\xf", 16))),
      "\"00010203-0405-0607-0809-0a0b0c0d0e0f\"");
  EXPECT_EQ(written(Kind::array, of(Tag::encoded, "[1,[2]]")), "[1,[2]]");
}

TEST(RowWriter, NumbersThatAreNone) {
  EXPECT_EQ(written(Kind::real, Cell::real_of(std::nan(""))), "\"NaN\"");
  EXPECT_EQ(written(Kind::real, Cell::real_of(-INFINITY)), "\"-Infinity\"");
  EXPECT_EQ(written(Kind::any, Cell::real_of(INFINITY)), R"({"$num":"Infinity"})");
  // With dynamic types a string in a REAL column is text.
  EXPECT_EQ(written(Kind::real, Cell::real_of(INFINITY), Layout::document, true), R"({"$num":"Infinity"})");
}

TEST(RowWriter, Documents) {
  EXPECT_EQ(written(Kind::json, of(Tag::json, "{ \"b\":1, \"a\" : 1.0 }")), "{ \"b\":1, \"a\" : 1.0 }");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "null")), "{\"$json\":null}");
  EXPECT_EQ(written(Kind::json, of(Tag::json, " null")), R"({"$jsontext":" null"})");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "{ \"$bytes\":\"\"}")), "{\"$json\":{ \"$bytes\":\"\"}}");
  EXPECT_EQ(written(Kind::json, of(Tag::json, R"({"\u0024a":1})")), R"({"$json":{"\u0024a":1}})");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "\"x\"")), "\"x\"");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "\"x\""), Layout::document, true), "{\"$json\":\"x\"}");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "{\n\"a\":\"\xC3\xA9\"}")), "{\n\"a\":\"\xC3\xA9\"}");
  EXPECT_EQ(written(Kind::json, of(Tag::json, "{\n\"a\":1}"), Layout::lines),
            R"({"$jsontext":"{\n\"a\":1}"})");
}

TEST(RowWriter, ManyColumnsOfEveryLength) {
  std::vector<std::string> names;
  std::vector<RowWriter::Column> columns;
  std::vector<Cell> row;
  std::string expected = "{";
  for (int i = 0; i < 60; ++i)
    names.push_back(std::string(static_cast<std::size_t>(i), 'n') + "\"" + std::to_string(i));
  for (int i = 0; i < 60; ++i) {
    columns.push_back({names[static_cast<std::size_t>(i)], Kind::integer});
    row.push_back(i % 2 == 0 ? Cell::integer_of(i) : Cell::text("tttttttttttttttttttttttttttttttttt"));
    if (i != 0) expected += ',';
    expected += "\"" + std::string(static_cast<std::size_t>(i), 'n') + "\\\"" + std::to_string(i) + "\":";
    expected += i % 2 == 0 ? std::to_string(i) : "\"tttttttttttttttttttttttttttttttttt\"";
  }
  const RowWriter writer(columns, {Layout::document, "t", false});
  json::Buffer out;
  writer.write(out, row.data());
  EXPECT_EQ(out.view(), expected + "}");
}

FakeTablesHost two_tables(bool dynamic = false) {
  FakeTablesHost host(dynamic);
  host.add_table("users", {column("id", "bigint"), column("name", "text"), column("total", "text")});
  host.table("users").columns[0].identity = true;
  host.table("users").columns[2].generated = true;
  host.add_table("agents", {column("id", "bigint"), column("user_id", "bigint"), column("at", "date")});
  host.add_foreign_key("agents", 1, "users");
  host.add_row("users", {Cell::integer_of(1), Cell::text("Ada"), Cell::text("x")});
  host.add_row("users", {Cell::integer_of(2), Cell(), Cell::text("y")});
  host.add_row("agents", {Cell::integer_of(7), Cell::integer_of(2), Cell::of(Tag::date, std::int64_t{0})});
  host.add_table("empty", {column("id", "bigint")});
  return host;
}

// Time and digests vary or are tested elsewhere.
std::string masked(std::string text) {
  for (const std::string before : {"\"exportedAt\": \"", "\"digest\": \""}) {
    for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
      const std::size_t from = at + before.size();
      text.replace(from, text.find('"', from) - from, "*");
    }
  }
  return text;
}

TEST(Export, ADocument) {
  FakeTablesHost host = two_tables();
  const auto rows = call(host, "export_json", {"{}"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(json::is_valid(rows[0][0]));
  EXPECT_EQ(masked(rows[0][0]), R"({"metadata": {"version": "1.0.0", "exportedAt": "*",
   "source": {"engine": "postgresql", "serverVersion": "15.18", "database": "app"},
   "tables": {
    "empty": {"columns": [["id","bigint"]], "primaryKey": ["id"], "identity": []},
    "users": {"columns": [["id","bigint"],["name","text"]], "primaryKey": ["id"], "identity": ["id"]},
    "agents": {"columns": [["id","bigint"],["user_id","bigint"],["at","date"]], "primaryKey": ["id"], "identity": []}}},
 "empty": [],
 "users": [
  {"id":1,"name":"Ada"},
  {"id":2,"name":null}],
 "agents": [
  {"id":7,"user_id":2,"at":"2000-01-01"}],
 "$end": {"tables": {
   "empty": {"rows": 0, "digest": "*"},
   "users": {"rows": 2, "digest": "*"},
   "agents": {"rows": 1, "digest": "*"}}}}
)");
}

TEST(Export, Lines) {
  FakeTablesHost host = two_tables(true);
  const auto rows = call(host, "export_jsonl", {R"({"exclude":"empty"})"});
  ASSERT_EQ(rows.size(), 5U);
  for (const auto& row : rows) EXPECT_TRUE(json::is_valid(row[0])) << row[0];
  EXPECT_EQ(
      masked(rows[0][0]),
      R"({"metadata": {"version": "1.0.0", "exportedAt": "*", "source": {"engine": "sqlite", "serverVersion": "3.40.1", "database": "app.db"}, )"
      R"("tables": { "users": {"columns": [["id","bigint"],["name","text"]], "primaryKey": ["id"], "identity": ["id"]}, )"
      R"("agents": {"columns": [["id","bigint"],["user_id","bigint"],["at","date"]], "primaryKey": ["id"], "identity": []}}, "excluded": ["empty"]}})");
  EXPECT_EQ(rows[1][0], R"({"table":"users","row":{"id":1,"name":"Ada"}})");
  EXPECT_EQ(rows[3][0], R"({"table":"agents","row":{"id":7,"user_id":2,"at":"2000-01-01"}})");
  EXPECT_EQ(
      masked(rows[4][0]),
      R"({"$end": {"tables": { "users": {"rows": 2, "digest": "*"}, "agents": {"rows": 1, "digest": "*"}}}})");
}

TEST(Export, PrettyHasTheSameDigests) {
  FakeTablesHost host = two_tables();
  const std::string plain = call(host, "export_json", {"{}"})[0][0];
  const std::string pretty = call(host, "export_json", {R"({"pretty":true})"})[0][0];
  EXPECT_TRUE(json::is_valid(pretty));
  EXPECT_NE(pretty.find("\n    {\n      \"id\": 1,\n      \"name\": \"Ada\"\n    },\n"), std::string::npos)
      << pretty;
  const auto digests = call(host, "data_digest", {"{}"});
  ASSERT_EQ(digests.size(), 3U);
  for (const auto& row : digests) {
    EXPECT_NE(plain.find(row[2]), std::string::npos);
    EXPECT_NE(pretty.find(row[2]), std::string::npos);
  }
}

TEST(Export, TablesWithOurOwnKeys) {
  FakeTablesHost host;
  host.add_table("metadata", {column("id", "bigint")});
  host.add_table("$end", {column("id", "bigint")});
  host.add_row("$end", {Cell::integer_of(1)});
  const std::string text = call(host, "export_json", {"{}"})[0][0];
  EXPECT_NE(text.find("\n \"$table:metadata\": [],"), std::string::npos);
  EXPECT_NE(text.find("\n \"$table:$end\": [\n  {\"id\":1}]"), std::string::npos);
}

TEST(Export, AppliedMigrationsAndBaseTypes) {
  FakeTablesHost host;
  for (const char* version : {"001", "002"}) {
    fake::Row row = host.state().tables.at("\"ops\".\"schema_migrations\"").defaults;
    row["version"] = fake::Value::text(version);
    row["seq"] = fake::Value(Cell::integer_of(version[2] - '0'));
    row["description"] = fake::Value::text("first");
    host.state().tables.at("\"ops\".\"schema_migrations\"").rows.push_back(row);
  }
  host.add_table("t", {column("id", "positive"), column("mood", "mood")});
  host.table("t").columns[0].kind = Kind::integer;
  const std::string text = call(host, "export_jsonl", {"{}"})[0][0];
  EXPECT_NE(text.find(R"("schemaVersion": "002", "migrations": [ ["001","first",""], ["002","first",""]],)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"([["id","positive","bigint"],["mood","mood"]])"), std::string::npos) << text;
}

class ExportFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "whimbrel-export-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string path(std::string_view name) const { return (directory_ / name).string(); }
  std::string content(std::string_view name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string unpacked(std::string_view name) const {
    const File file(path(name));
    CompressedFile opened(file, compression_of_name(name));
    const auto source = opened.open(0);
    std::string all;
    char buffer[4096];
    while (const std::size_t got = source->read(buffer, sizeof buffer)) all.append(buffer, got);
    return all;
  }
  std::filesystem::path directory_;
};

TEST_F(ExportFile, SaysWhatItWrote) {
  FakeTablesHost host = two_tables();
  const auto rows = call(host, "export_json_file", {path("a.json"), "{}"});
  const auto digests = call(host, "data_digest", {"{}"});
  ASSERT_EQ(rows.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[i][0], digests[i][0]);
    EXPECT_EQ(rows[i][1], digests[i][1]);
    EXPECT_EQ(rows[i][3], digests[i][2]);
  }
  EXPECT_EQ(rows[0][2], std::to_string(std::string(",\n \"empty\": []").size()));
  EXPECT_EQ(masked(content("a.json")), masked(call(host, "export_json", {"{}"})[0][0]));
  call(host, "export_json_file", {path("a.jsonl"), "{}"});
  std::string lines;
  for (const auto& row : call(host, "export_jsonl", {"{}"})) lines += row[0] + "\n";
  EXPECT_EQ(masked(content("a.jsonl")), masked(lines));
}

TEST_F(ExportFile, RowsOutOfOrderAreReadAgain) {
  FakeTablesHost host;
  host.add_table("t", {column("id", "bigint"), column("text", "text")});
  const std::string filler(5000, 'f');
  for (int i = 0; i < 1000; ++i) host.add_row("t", {Cell::integer_of(i), Cell::text(filler)});
  host.add_table("u", {column("id", "bigint")});
  host.add_row("u", {Cell::integer_of(1)});
  call(host, "export_json_file", {path("ordered.json"), "{}"});
  const std::string in_memory = call(host, "export_json", {"{}"})[0][0];
  host.unordered = true;
  host.scans = 0;
  call(host, "export_json_file", {path("unordered.json"), "{}"});
  EXPECT_EQ(host.scans, 3U);
  EXPECT_EQ(masked(content("ordered.json")), masked(content("unordered.json")));
  EXPECT_EQ(masked(call(host, "export_json", {"{}"})[0][0]), masked(in_memory));
  EXPECT_EQ(masked(content("ordered.json")), masked(in_memory));
  // The digests are equal too, although masked() hides them.
  EXPECT_EQ(content("ordered.json").substr(content("ordered.json").find("$end")),
            content("unordered.json").substr(content("unordered.json").find("$end")));
}

TEST_F(ExportFile, CompressedFilesHoldTheSameAndSayTheSame) {
  FakeTablesHost host;
  host.add_table("t", {column("id", "bigint"), column("text", "text")});
  host.add_table("a", {column("id", "bigint"), column("text", "text")});
  const std::string filler(3000, 'f');
  for (int i = 0; i < 300; ++i) {
    host.add_row("t", {Cell::integer_of(i), Cell::text(filler)});
    host.add_row("a", {Cell::integer_of(i), Cell::text(filler)});
  }
  for (const bool unordered : {false, true}) {
    host.unordered = unordered;
    for (const std::string name : {"a.json", "a.jsonl"}) {
      const auto plain = call(host, "export_json_file", {path(name), "{}"});
      for (const std::string suffix : {".gz", ".zst"}) {
        const auto rows = call(host, "export_json_file", {path(name + suffix), "{}"});
        EXPECT_EQ(rows, plain);
        EXPECT_LT(std::filesystem::file_size(path(name + suffix)),
                  std::filesystem::file_size(path(name)) / 20);
        EXPECT_EQ(masked(unpacked(name + suffix)), masked(content(name)));
      }
    }
  }
}

TEST_F(ExportFile, ABackupHasANameOfItsOwn) {
  FakeTablesHost host = two_tables();
  const std::string first = call(host, "backup_json", {directory_.string(), "{}"})[0][0];
  EXPECT_TRUE(std::regex_match(first, std::regex(directory_.string() + "/backup-\\d{8}T\\d{6}Z\\.json")))
      << first;
  const std::string second =
      call(host, "backup_json", {directory_.string() + "/", R"({"compress":"zstd"})"})[0][0];
  EXPECT_TRUE(second.ends_with("Z.json.zst")) << second;
  const auto name_of = [](const std::string& path) {
    return std::filesystem::path(path).filename().string();
  };
  EXPECT_EQ(masked(unpacked(name_of(second))), masked(content(name_of(first))));
  // Whatever the second is, nothing is written over: the host's pause lets no time pass here, so it is asked
  // often.
  std::set<std::string> paths;
  for (int i = 0; i < 2; ++i) paths.insert(call(host, "backup_json", {directory_.string(), "{}"})[0][0]);
  EXPECT_EQ(paths.size(), 2U);
  EXPECT_FALSE(paths.contains(first));
  EXPECT_THROW(call(host, "backup_json", {path("nowhere"), "{}"}), Error);
  EXPECT_THROW(call(host, "backup_json", {directory_.string(), R"({"compress":"rar"})"}), Error);
}

TEST_F(ExportFile, RefusesOtherNamesAndWrongOptions) {
  FakeTablesHost host = two_tables();
  const auto code_of = [&](std::vector<std::string> arguments) -> std::string {
    try {
      call(host, "export_json_file", arguments);
    } catch (const Error& error) {
      return error.code;
    }
    return "none";
  };
  EXPECT_EQ(code_of({path("a.txt"), "{}"}), code::kInvalidArgument);
  EXPECT_EQ(code_of({path("a.json.bz2"), "{}"}), code::kInvalidArgument);
  EXPECT_EQ(code_of({path("a.gz"), "{}"}), code::kInvalidArgument);
  EXPECT_EQ(code_of({path("a.jsonl.zst"), R"({"pretty":true})"}), code::kInvalidOption);
  EXPECT_EQ(code_of({"", "{}"}), code::kInvalidArgument);
  EXPECT_EQ(code_of({path("a.json"), R"({"subset":1})"}), code::kInvalidOption);
  EXPECT_EQ(code_of({path("a.jsonl"), R"({"pretty":true})"}), code::kInvalidOption);
  EXPECT_EQ(code_of({path("a.json"), R"({"tables":"user"})"}), code::kUnknownTable);
  EXPECT_EQ(code_of({path("no/a.json"), "{}"}), code::kFile);
  host.refused_path = path("b.json");
  EXPECT_EQ(code_of({path("b.json"), "{}"}), "42501");
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

}  // namespace
}  // namespace whimbrel
