#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/transfer/conflict.h"
#include "common/transfer/row_chunk.h"
#include "common/transfer/row_numbers.h"
#include "test/core/fake_tables_host.h"

namespace whimbrel {
namespace {

using fake::call;
using fake::column;
using fake::FakeTablesHost;
using Strings = std::vector<std::string>;

ConflictModes modes(std::string_view json) {
  const OptionSpec specs[] = {kOnConflictOption};
  return ConflictModes(Options(Cell::of(Tag::json, json), specs));
}

TEST(Conflict, TheModeOfATable) {
  const TableName users{"public", "users", true, false};
  const TableName audit{"sales", "audit", false, false};
  EXPECT_EQ(modes("{}").of(users), OnConflict::error);
  EXPECT_TRUE(modes(R"({"on_conflict":"error"})").plain());
  EXPECT_EQ(modes(R"({"on_conflict":"skip"})").of(audit), OnConflict::skip);
  const ConflictModes several =
      modes(R"({"on_conflict":{"*":"error","user*":"skip","users":"update","sales.*":"replace"}})");
  EXPECT_FALSE(several.plain());
  EXPECT_EQ(several.of(users), OnConflict::update);
  EXPECT_EQ(several.of({"public", "user_names", true, false}), OnConflict::skip);
  EXPECT_EQ(several.of(audit), OnConflict::replace);
  EXPECT_EQ(several.of({"public", "orders", true, false}), OnConflict::error);
  EXPECT_EQ(modes(R"({"on_conflict":{"a":"skip"}})").of(users), OnConflict::error);
}

TEST(Conflict, NamesThatAreNotInTheDocument) {
  const std::vector<TableName> names = {{"public", "users", true, false}};
  EXPECT_NO_THROW(modes(R"({"on_conflict":{"*":"skip","u?ers":"error"}})").require_matches(names));
  EXPECT_THROW(modes(R"({"on_conflict":{"orders":"skip"}})").require_matches(names), Error);
}

TEST(Conflict, LatelyGivenRows) {
  RowNumbers numbers;
  EXPECT_EQ(numbers.at(0), 0U);
  for (std::uint64_t i = 0; i < 20000; ++i) numbers.add(2 * i + 1);
  EXPECT_EQ(numbers.given(), 20000U);
  EXPECT_EQ(numbers.at(19999), 39999U);
  EXPECT_EQ(numbers.at(10000), 20001U);
  EXPECT_EQ(numbers.at(1000), 0U);
  EXPECT_EQ(numbers.at(20000), 0U);
}

// Batches of three rows, whose memory is used again for the next.
class Texts : public RowReader {
 public:
  explicit Texts(int rows) : rows_(rows) {}
  std::size_t columns() const override { return 1; }
  bool next(RowBatch& batch) override {
    batch.reset(1);
    for (; at_ < rows_ && batch.rows() < 3; ++at_)
      *batch.append() = Cell::text(batch.arena().copy("row " + std::to_string(at_)));
    return !batch.empty();
  }

 private:
  int rows_;
  int at_ = 0;
};

TEST(Conflict, AChunkKeepsItsRows) {
  Texts source(8);
  RowChunk chunk(1);
  ASSERT_TRUE(chunk.fill(source, 7, 3));
  ASSERT_EQ(chunk.rows(), 6U);
  EXPECT_EQ(chunk.row(0)->view(), "row 0");
  RowChunk::Part part(chunk, 4, 6);
  RowBatch batch;
  ASSERT_TRUE(part.next(batch));
  EXPECT_EQ(batch.rows(), 2U);
  EXPECT_EQ(batch.row(1)->view(), "row 5");
  EXPECT_FALSE(part.next(batch));
  ASSERT_TRUE(chunk.fill(source, 7, 3));
  EXPECT_EQ(chunk.rows(), 2U);
  EXPECT_FALSE(chunk.fill(source, 7, 3));
}

FakeTablesHost notes() {
  FakeTablesHost host;
  host.add_table("notes", {column("id", "bigint"), column("text", "text"), column("doc", "jsonb")});
  for (int id = 1; id <= 3; ++id)
    host.add_row("notes",
                 {Cell::integer_of(id), Cell::text("old"), Cell::of(Tag::json, "{\"a\":1, \"b\":2}")});
  return host;
}

Strings counts(FakeTablesHost& host, const std::string& document, const std::string& options) {
  const auto rows = call(host, "import_json", {document, options});
  return {rows[0].begin() + 1, rows[0].begin() + 6};
}

TEST(Conflict, UpdatesWriteOnlyWhatDiffers) {
  FakeTablesHost host = notes();
  const std::string document =
      R"({"notes": [{"id": 1, "text": "new"}, {"id": 2, "text": "old", "doc": {"b":2,"a":1}},
                                             {"id": 3, "doc": null}, {"id": 4}]})";
  EXPECT_EQ(counts(host, document, R"({"on_conflict":"update"})"), (Strings{"4", "1", "2", "1", "0"}));
  EXPECT_EQ(host.did[0], "lock notes");
  EXPECT_EQ(host.rows("notes")[0][1].bytes, "new");
  EXPECT_EQ(host.rows("notes")[0][2].bytes, "{\"a\":1, \"b\":2}");
  EXPECT_EQ(host.rows("notes")[1][2].bytes, "{\"a\":1, \"b\":2}");
  EXPECT_EQ(host.rows("notes")[2][2].cell.tag, Tag::null);
  EXPECT_EQ(host.lookups, 1U);
}

TEST(Conflict, ReplacedRowsTakeDefaults) {
  FakeTablesHost host = notes();
  host.table("notes").columns[1].has_default = true;
  const std::string document = R"({"notes": [{"id": 1, "doc": {"a":1,"b":2}}, {"id": 2, "text": "old"}]})";
  EXPECT_EQ(counts(host, document, R"({"on_conflict":"replace"})"), (Strings{"2", "0", "2", "0", "0"}));
  EXPECT_EQ(host.rows("notes")[0][1].bytes, "default");
  EXPECT_EQ(host.rows("notes")[1][2].cell.tag, Tag::null);
}

TEST(Conflict, BadRowsAreFoundByTheirNumberAndByHalves) {
  FakeTablesHost host;
  host.add_table("parents", {column("id", "bigint")});
  host.add_table("children", {column("id", "bigint"), column("parent", "bigint")});
  host.add_foreign_key("children", 1, "parents");
  std::string children;
  for (int id = 1; id <= 20; ++id)
    children += std::string(id == 1 ? "" : ",") + "{\"id\":" + std::to_string(id == 9 ? 8 : id) +
                ",\"parent\":" + (id % 7 == 0 ? "5" : "1") + "}";
  const auto rows = call(host, "import_json",
                         {"{\"parents\": [{\"id\": 1}], \"children\": [" + children + "]}",
                          R"({"on_error":"collect","batch_rows":16})"});
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[1][0], "children");
  EXPECT_EQ(rows[1][2], "17");
  Strings bad;
  for (std::size_t i = 2; i < rows.size(); ++i) bad.push_back(rows[i][0] + " " + rows[i][10]);
  std::sort(bad.begin(), bad.end());
  EXPECT_EQ(bad, (Strings{"children 14", "children 7", "children 9"}));
  EXPECT_EQ(host.open_savepoints(), 0U);
}

}  // namespace
}  // namespace whimbrel
