#include <gtest/gtest.h>

#include "common/transfer/order.h"
#include "common/transfer/selection.h"

namespace whimbrel {
namespace {

using Names = std::vector<std::string>;

const std::vector<TableName> kTables = {{"public", "agents", true, false},
                                        {"public", "logs", true, false},
                                        {"public", "log_lines", true, false},
                                        {"public", "schema_migrations", true, true},
                                        {"sales", "orders", false, false}};

Names chosen(const SelectionOptions& options) {
  Names names;
  for (std::size_t i : select_tables(kTables, options).chosen) names.push_back(kTables[i].display_name());
  return names;
}

TEST(Selection, AllButOwnTablesByDefault) {
  EXPECT_EQ(chosen({}), (Names{"agents", "logs", "log_lines", "sales.orders"}));
  EXPECT_EQ(chosen({{"*"}, {}, {}}), (Names{"agents", "logs", "log_lines", "sales.orders"}));
}

TEST(Selection, OwnTablesOnlyByTheirExactName) {
  EXPECT_EQ(chosen({{"schema_migrations"}, {}, {}}), (Names{"schema_migrations"}));
  EXPECT_THROW(chosen({{"schema_*"}, {}, {}}), Error);
}

TEST(Selection, PatternsAndSchemas) {
  EXPECT_EQ(chosen({{"log*"}, {}, {}}), (Names{"logs", "log_lines"}));
  EXPECT_EQ(chosen({{"log?"}, {}, {}}), (Names{"logs"}));
  EXPECT_EQ(chosen({{"sales.*"}, {}, {}}), (Names{"sales.orders"}));
  EXPECT_EQ(chosen({{"public.agents"}, {}, {}}), (Names{"agents"}));
  EXPECT_EQ(chosen({{}, {"sales"}, {}}), (Names{"sales.orders"}));
  EXPECT_EQ(chosen({{}, {"public"}, {"log*"}}), (Names{"agents"}));
}

TEST(Selection, ExcludedTablesAreNamed) {
  const Selection selection = select_tables(kTables, {{}, {}, {"logs"}});
  EXPECT_EQ(selection.excluded, (std::vector<std::size_t>{1}));
}

TEST(Selection, WhatMatchesNothingIsAnError) {
  for (const SelectionOptions& options :
       {SelectionOptions{{"agent"}, {}, {}}, SelectionOptions{{}, {}, {"agent"}}}) {
    try {
      chosen(options);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code, code::kUnknownTable);
      EXPECT_EQ(error.message, "table \"agent\" does not exist");
      EXPECT_NE(error.hint.find("\"agents\""), std::string::npos);
    }
  }
  EXPECT_THROW(chosen({{}, {"nowhere"}, {}}), Error);
}

TEST(Selection, PatternMatching) {
  EXPECT_TRUE(matches_pattern("a*b*c", "a--b--b--c"));
  EXPECT_FALSE(matches_pattern("a*b*c", "a--b--b--"));
  EXPECT_TRUE(matches_pattern("?", "\xC3\xA9"));
  EXPECT_FALSE(matches_pattern("", "a"));
  EXPECT_TRUE(matches_pattern("**", ""));
  EXPECT_FALSE(matches_pattern("A", "a"));
}

Table table(std::string name, std::vector<std::string> parents) {
  Table made;
  made.schema = "public";
  made.name = std::move(name);
  made.columns.push_back({});
  for (std::string& parent : parents) {
    ForeignKey key;
    key.columns = {0};
    key.parent_schema = "public";
    key.parent_table = std::move(parent);
    made.foreign_keys.push_back(key);
  }
  return made;
}

Names order(const std::vector<Table>& tables, Names* cyclic = nullptr) {
  std::vector<const Table*> pointers;
  for (const Table& entry : tables) pointers.push_back(&entry);
  const TableOrder ordered = order_tables(pointers);
  Names names;
  for (const Table* entry : ordered.tables) names.push_back(entry->name);
  if (cyclic != nullptr)
    for (const Table* entry : ordered.cyclic) cyclic->push_back(entry->name);
  return names;
}

TEST(Order, ParentsFirstThenNames) {
  EXPECT_EQ(order({table("c", {}), table("b", {"z"}), table("a", {"b"}), table("z", {})}),
            (Names{"c", "z", "b", "a"}));
  EXPECT_EQ(order({table("b", {}), table("a", {})}), (Names{"a", "b"}));
  EXPECT_EQ(order({table("a", {"not_there"})}), (Names{"a"}));
}

TEST(Order, CyclesStandTogether) {
  Names cyclic;
  EXPECT_EQ(order({table("d", {"b"}), table("c", {"a"}), table("b", {"c", "e"}), table("a", {"b"}),
                   table("e", {"e"})},
                  &cyclic),
            (Names{"e", "a", "b", "c", "d"}));
  EXPECT_EQ(cyclic, (Names{"a", "b", "c"}));
}

TEST(Order, WishesGiveWayToKeys) {
  const std::vector<Table> tables = {table("a", {}), table("b", {}), table("c", {"b"})};
  const std::vector<const Table*> pointers = {&tables[0], &tables[1], &tables[2]};
  const auto wished = [&](const std::vector<TableWish>& wishes) {
    const TableOrder ordered = order_tables(pointers, wishes);
    EXPECT_TRUE(ordered.cyclic.empty());
    Names names;
    for (const Table* entry : ordered.tables) names.push_back(entry->name);
    return names;
  };
  EXPECT_EQ(wished({{pointers[0], pointers[2]}}), (Names{"b", "c", "a"}));
  EXPECT_EQ(wished({{pointers[1], pointers[2]}}), (Names{"a", "b", "c"}));
  EXPECT_EQ(wished({{pointers[0], pointers[1]}, {pointers[1], pointers[0]}}), (Names{"b", "a", "c"}));
}

TEST(Order, LongChainsDoNotUseTheStack) {
  std::vector<Table> chain;
  for (int i = 0; i < 50'000; ++i) chain.push_back(table(std::to_string(i), {std::to_string(i + 1)}));
  const Names names = order(chain);
  EXPECT_EQ(names.front(), "49999");
  EXPECT_EQ(names.back(), "0");
}

}  // namespace
}  // namespace whimbrel
