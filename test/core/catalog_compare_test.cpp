#include <gtest/gtest.h>

#include "common/schema/compare.h"

namespace whimbrel {
namespace {

CatalogObject object(std::string kind, std::string identity, std::string definition = {}) {
  CatalogObject made;
  made.kind = std::move(kind);
  made.identity = std::move(identity);
  if (!definition.empty()) made.add("definition", definition);
  return made;
}

CatalogObject part(std::string kind, std::string identity, std::string owner, std::string definition) {
  CatalogObject made = object(std::move(kind), std::move(identity), std::move(definition));
  made.owner = std::move(owner);
  made.part = true;
  return made;
}

Catalog catalog(std::vector<CatalogObject> objects) {
  Catalog made{std::move(objects)};
  sort_catalog(made);
  return made;
}

std::vector<std::string> differences(const Catalog& before, const Catalog& after) {
  std::vector<std::string> lines;
  for (const CatalogChange& change : compare_catalogs(before, after))
    lines.push_back(std::string(name_of(change.kind)) + " " + change.object +
                    (change.detail.empty() ? "" : ": " + change.detail));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(CatalogCompare, TheSameInAnotherOrderIsNoDifference) {
  const auto a = object("table", "public.a"), b = object("view", "public.b", "SELECT 1");
  EXPECT_EQ(differences(catalog({a, b}), catalog({b, a})), Lines{});
}

TEST(CatalogCompare, WholeObjectsAreCreatedAndDropped) {
  const auto gone = object("table", "public.old"), made = object("table", "public.new");
  EXPECT_EQ(differences(catalog({gone}), catalog({made})),
            (Lines{"created table public.new", "dropped table public.old"}));
}

TEST(CatalogCompare, WhatBelongsToAnotherTableIsTheSame) {
  const auto old = object("table", "a"), renamed = object("table", "b");
  auto before = object("index", "x", "ON a"), after = object("index", "x", "ON b");
  before.owner = old.key();
  after.owner = renamed.key();
  EXPECT_EQ(differences(catalog({old, before}), catalog({renamed, after})),
            (Lines{"created table b", "altered index x: of table a -> of table b\nON a -> ON b",
                   "dropped table a"}));
  // Of several nobody knows which.
  auto other = before;
  other.owner = "table c";
  EXPECT_EQ(differences(catalog({old, before, other}), catalog({renamed, after})),
            (Lines{"created index x", "created table b", "dropped index x", "dropped table a"}));
}

TEST(CatalogCompare, AFlagIsItsNameAndAnExpressionIsItsText) {
  const auto table = object("table", "public.t");
  const auto plain = part("column", "public.t.b", table.key(), "boolean");
  auto changed = plain;
  changed.add("not_null", "true");
  changed.add("default", "true");
  EXPECT_EQ(differences(catalog({table, plain}), catalog({table, changed})),
            Lines{"altered table public.t: column b changed: now also: not null\ncolumn b changed: now also: "
                  "default true"});
}

TEST(CatalogCompare, PartsOfANewObjectAreNotTold) {
  const auto table = object("table", "public.t");
  const auto column = part("column", "public.t.id", table.key(), "integer");
  EXPECT_EQ(differences({}, catalog({table, column})), Lines{"created table public.t"});
  EXPECT_EQ(differences(catalog({table, column}), {}), Lines{"dropped table public.t"});
}

TEST(CatalogCompare, AChangedPartIsAnAlterationOfItsOwner) {
  const auto table = object("table", "public.t");
  const auto before = catalog({table, part("column", "public.t.id", table.key(), "integer"),
                               part("column", "public.t.old", table.key(), "text")});
  const auto after = catalog({table, part("column", "public.t.id", table.key(), "bigint not null"),
                              part("column", "public.t.new", table.key(), "text"),
                              part("comment", "public.t", table.key(), "notes")});
  EXPECT_EQ(differences(before, after),
            Lines{"altered table public.t: column id changed: integer -> bigint not null\n"
                  "column new added: text\ncolumn old dropped: text\ncomment added: notes"});
}

TEST(CatalogCompare, ShowsTheLinesThatDiffer) {
  const auto before = catalog({object("view", "public.v", "SELECT a\nFROM t\nWHERE b")});
  EXPECT_EQ(differences(before, catalog({object("view", "public.v", "SELECT a\nFROM u\nWHERE b")})),
            Lines{"altered view public.v: FROM t -> FROM u"});
  EXPECT_EQ(differences(before, catalog({object("view", "public.v", "SELECT a\nFROM t\nJOIN u\nWHERE b")})),
            Lines{"altered view public.v: now also: JOIN u"});
  EXPECT_EQ(differences(before, catalog({object("view", "public.v", "SELECT a\nFROM t")})),
            Lines{"altered view public.v: no longer: WHERE b"});
}

TEST(CatalogCompare, LongTextsAreCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "ä";
  const auto lines = differences(catalog({object("view", "v", "x")}), catalog({object("view", "v", text)}));
  EXPECT_EQ(lines, Lines{"altered view v: x -> " + text.substr(0, 200) + "…"});
}

TEST(CatalogCompare, StorageIsNoDifference) {
  auto before = object("table", "t"), after = object("table", "t");
  after.storage = 7;
  EXPECT_EQ(differences(catalog({before}), catalog({after})), Lines{});
}

TEST(CatalogFind, FindsByKindAndIdentity) {
  const auto all = catalog({object("table", "b"), object("table", "a"), object("index", "a")});
  ASSERT_NE(all.find("table", "a"), nullptr);
  EXPECT_EQ(all.find("table", "a")->key(), "table a");
  EXPECT_EQ(all.find("view", "a"), nullptr);
}

}  // namespace
}  // namespace whimbrel
