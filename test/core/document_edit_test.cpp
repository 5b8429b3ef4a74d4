// Changes of documents at the places of a path: what changes, what stays byte for byte, what is refused.
#include <gtest/gtest.h>

#include <string>

#include "common/document/edit.h"
#include "common/error.h"

namespace whimbrel::document {
namespace {

using Edit = bool (*)(std::string_view, const json::Path&, std::string_view, json::Buffer&);

std::string edited(Edit edit, std::string_view document, std::string_view path, std::string_view argument) {
  json::Buffer out;
  return edit(document, edit_path(path), argument, out) ? std::string(out.view()) : std::string(document);
}

std::string removed(std::string_view document, std::string_view path) {
  json::Buffer out;
  return remove(document, edit_path(path), out) ? std::string(out.view()) : std::string(document);
}

std::string refusal(Edit edit, std::string_view document, std::string_view path, std::string_view argument) {
  try {
    edited(edit, document, path, argument);
  } catch (const Error& error) {
    return error.code + " " + error.message;
  }
  return "";
}

TEST(DocumentEdit, GivesADefaultWhereNothingIs) {
  EXPECT_EQ(edited(set_default, "{}", "$.a", "1"), R"({"a":1})");
  EXPECT_EQ(edited(set_default, " { \"b\" : 1.50 , \"b\":2 } ", "$.a", "[1, 2]"),
            " { \"b\" : 1.50 , \"b\":2,\"a\":[1, 2] } ");
  EXPECT_EQ(edited(set_default, R"({"a":null})", "$.a", "1"), R"({"a":null})");
  EXPECT_EQ(edited(set_default, R"({"\u0061":0})", "$.a", "1"), R"({"\u0061":0})");
  EXPECT_EQ(edited(set_default, R"({"nodes":[{"id":1},{"id":2,"on":false}, {}]})", "$.nodes[*].on", "true"),
            R"({"nodes":[{"id":1,"on":true},{"id":2,"on":false}, {"on":true}]})");
  EXPECT_EQ(edited(set_default, R"([{},{}])", "$[1].x", "0"), R"([{},{"x":0}])");
}

TEST(DocumentEdit, MakesTheObjectsOnTheWay) {
  EXPECT_EQ(edited(set_default, R"({"x":1})", "$.a.b['c d']", "1"), R"({"x":1,"a":{"b":{"c d":1}}})");
  EXPECT_EQ(edited(set_default, R"({"a":{"k":[]}})", "$.a.b.c", "1"), R"({"a":{"k":[],"b":{"c":1}}})");
  EXPECT_EQ(edited(set_default, R"({"x":1})", "$.nodes[*].b", "1"), R"({"x":1})");
  EXPECT_EQ(edited(set_default, R"({"nodes":null})", "$.nodes[*].b", "1"), R"({"nodes":null})");
}

TEST(DocumentEdit, RefusesADefaultWhereItCannotStand) {
  EXPECT_EQ(refusal(set_default, R"({"a":5})", "$.a.b", "1"),
            "WB024 $.a of the document is a number, not an object");
  EXPECT_EQ(refusal(set_default, R"({"n":[{},"x"]})", "$.n[*].b", "1"),
            "WB024 $.n[1] of the document is a string, not an object");
  EXPECT_EQ(refusal(set_default, R"({"a":null})", "$.a.b", "1"),
            "WB024 $.a of the document is null, not an object");
  EXPECT_EQ(refusal(set_default, R"({"a":[]})", "$.a.b", "1"),
            "WB024 $.a of the document is an array, not an object");
  EXPECT_EQ(refusal(set_default, R"({"a":[]})", "$.a[0].b", "1"), "WB024 $.a of the document has no [0]");
  EXPECT_EQ(refusal(set_default, R"({})", "$[*]", "1").substr(0, 5), "WB003");
  EXPECT_EQ(refusal(set_default, R"({})", "$", "1").substr(0, 5), "WB003");
  EXPECT_EQ(refusal(set_default, R"({})", "$..a", "1").substr(0, 5), "WB003");
  EXPECT_EQ(refusal(set_default, R"({})", "$.a~", "1").substr(0, 5), "WB003");
  EXPECT_EQ(refusal(set_default, R"({)", "$.a", "1").substr(0, 5), "WB020");
  EXPECT_EQ(refusal(set_default, R"({} x)", "$.a", "1").substr(0, 5), "WB020");
}

TEST(DocumentEdit, RenamesInPlace) {
  EXPECT_EQ(edited(rename_member, R"({"a": 1, "b" : 2})", "$.b", "c\"d"), R"({"a": 1, "c\"d" : 2})");
  EXPECT_EQ(edited(rename_member, R"({"a":1})", "$.x", "y"), R"({"a":1})");
  EXPECT_EQ(edited(rename_member, R"([{"a":{"a":[{"a":1}]}},{"a":2}])", "$..a", "b"),
            R"([{"b":{"b":[{"b":1}]}},{"b":2}])");
  EXPECT_EQ(refusal(rename_member, R"({"x":{"a":1,"b":2}})", "$.x.a", "b"),
            R"(WB024 $.x.a of the document cannot be renamed: there is a member "b" already)");
  EXPECT_EQ(edited(rename_member, R"({"b":2})", "$.a", "b"), R"({"b":2})");
  EXPECT_EQ(edited(rename_member, R"({"a":2})", "$.a", "a"), R"({"a":2})");
}

TEST(DocumentEdit, RemovesWithTheRightCommas) {
  EXPECT_EQ(removed(R"({"a":1,"b":2,"c":3})", "$.a"), R"({"b":2,"c":3})");
  EXPECT_EQ(removed(R"({"a":1,"b":2,"c":3})", "$.b"), R"({"a":1,"c":3})");
  EXPECT_EQ(removed(R"({ "a":1 , "c":3 })", "$.c"), R"({ "a":1 })");
  EXPECT_EQ(removed(R"({"a":1})", "$.a"), "{}");
  EXPECT_EQ(removed(R"({"a":1,"a":2,"b":3,"a":4})", "$.a"), R"({"b":3})");
  EXPECT_EQ(removed(R"([1, 2, 3])", "$[*]"), "[]");
  EXPECT_EQ(removed(R"([1, 2, 3])", "$[0]"), "[2, 3]");
  EXPECT_EQ(removed(R"([1, 2, 3])", "$[7]"), "[1, 2, 3]");
  EXPECT_EQ(removed(R"({"n":[{"p":1,"k":{"p":2}},{"p":[{"p":3}]}]})", "$..p"), R"({"n":[{"k":{}},{}]})");
  EXPECT_THROW(removed("{}", "$"), Error);
  EXPECT_THROW(removed(R"({"a":1})", "$.a.b"), Error);
}

TEST(DocumentEdit, TurnsAnObjectIntoAnArrayAndBack) {
  const std::string object = R"({"nodes": {"a" : {"x":1.0}, "b\n":{}, "c":{"id":"c"}}})";
  const std::string array = R"({"nodes": [{"id":"a","x":1.0}, {"id":"b\n"}, {"id":"c"}]})";
  EXPECT_EQ(edited(object_to_entries, object, "$.nodes", "id"), array);
  EXPECT_EQ(edited(entries_to_object, array, "$.nodes", "id"),
            R"({"nodes": {"a":{"x":1.0}, "b\n":{}, "c":{}}})");
  EXPECT_EQ(edited(entries_to_object, R"([{"v":0,"k":17}])", "$", "k"), R"({"17":{"v":0}})");
  EXPECT_EQ(edited(object_to_entries, R"([{"m":{"a":{}}},{"m":{}},{}])", "$[*].m", "k"),
            R"([{"m":[{"k":"a"}]},{"m":[]},{}])");
}

TEST(DocumentEdit, RefusesToTurnWhatWouldLose) {
  EXPECT_EQ(refusal(object_to_entries, R"({"n":{"a":1}})", "$.n", "id"),
            "WB024 $.n.a of the document is a number, not an object");
  EXPECT_EQ(refusal(object_to_entries, R"({"n":[]})", "$.n", "id"),
            "WB024 $.n of the document is an array, not an object");
  EXPECT_EQ(refusal(object_to_entries, R"({"a":{"id":"b"}})", "$", "id"),
            R"(WB024 $.a of the document has another "id" than its name)");
  EXPECT_EQ(refusal(entries_to_object, R"([{"id":"a"},{"id":"a"}])", "$", "id"),
            R"(WB024 $[1] of the document has the same "id" as one before: "a")");
  EXPECT_EQ(refusal(entries_to_object, R"([{"id":"a"},{"id":"\u0061"}])", "$", "id").substr(0, 5), "WB024");
  EXPECT_EQ(refusal(entries_to_object, R"([{"x":1}])", "$", "id"),
            R"(WB024 $[0] of the document has no "id")");
  EXPECT_EQ(refusal(entries_to_object, R"([{"id":1.5}])", "$", "id"),
            R"(WB024 $[0] of the document has a number as "id", not a string or an integer)");
}

}  // namespace
}  // namespace whimbrel::document
