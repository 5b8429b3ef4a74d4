// The order in which objects can be created: whatever one needs stands before it, and beyond that a fixed
// order of priority and name, so that the same schema is always written the same way.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace whimbrel {

struct OrderNode {
  int priority = 0;                // lower ones first
  std::string name;                // among those of one priority
  std::vector<std::size_t> needs;  // indexes of nodes that stand before it; itself and doubles do not matter
};

struct Order {
  std::vector<std::size_t> sequence;  // every node once
  // Nodes that need each other, each list in the order of priority and name. `sequence` breaks each cycle
  // somewhere (always at the same place).
  std::vector<std::vector<std::size_t>> cycles;
};

// Topological (Kahn with a heap), linear but for the heap; sets of nodes that need each other by Tarjan.
Order order_nodes(std::span<const OrderNode> nodes);

}  // namespace whimbrel
