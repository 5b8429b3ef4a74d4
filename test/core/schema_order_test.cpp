#include <gtest/gtest.h>

#include "common/schema/order.h"

namespace whimbrel {
namespace {

using Indexes = std::vector<std::size_t>;

TEST(SchemaOrder, WithoutNeedsItIsPriorityThenName) {
  const OrderNode nodes[] = {{2, "a", {}}, {1, "b", {}}, {1, "a", {}}};
  EXPECT_EQ(order_nodes(nodes).sequence, (Indexes{2, 1, 0}));
}

TEST(SchemaOrder, WhatIsNeededStandsBefore) {
  const OrderNode nodes[] = {{1, "function", {1}}, {2, "table", {}}, {1, "type", {}}};
  EXPECT_EQ(order_nodes(nodes).sequence, (Indexes{2, 1, 0}));
}

TEST(SchemaOrder, ItselfAndDoublesDoNotMatter) {
  const OrderNode nodes[] = {{1, "a", {0, 1, 1}}, {2, "b", {}}};
  const Order order = order_nodes(nodes);
  EXPECT_EQ(order.sequence, (Indexes{1, 0}));
  EXPECT_TRUE(order.cycles.empty());
}

TEST(SchemaOrder, CyclesAreToldAndBrokenAtTheFirst) {
  // a and b need each other, c needs a, d and e need each other and b.
  const OrderNode nodes[] = {{1, "c", {2}}, {1, "b", {2}}, {1, "a", {1}}, {1, "e", {4, 1}}, {1, "d", {3}}};
  const Order order = order_nodes(nodes);
  EXPECT_EQ(order.cycles, (std::vector<Indexes>{{2, 1}, {4, 3}}));
  EXPECT_EQ(order.sequence, (Indexes{2, 1, 0, 4, 3}));
}

TEST(SchemaOrder, LongChainsNeedNoStack) {
  std::vector<OrderNode> nodes(100000);
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i) nodes[i].needs = {i + 1};
  EXPECT_EQ(order_nodes(nodes).sequence.front(), nodes.size() - 1);
  nodes.back().needs = {0};
  EXPECT_EQ(order_nodes(nodes).cycles.front().size(), nodes.size());
}

}  // namespace
}  // namespace whimbrel
