#include "common/schema/components.h"

#include <algorithm>
#include <utility>

namespace whimbrel {

// Tarjan's (SIAM J. Comput. 1, 1972) with a stack of its own instead of recursion.
std::vector<std::size_t> components_of(const ComponentEdges& edges, std::size_t& count) {
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  const std::size_t size = edges.size();
  std::vector<std::size_t> number(size, kNone);
  std::vector<std::size_t> low(size, 0);
  std::vector<std::size_t> component(size, kNone);
  std::vector<std::size_t> open;
  std::vector<std::pair<std::size_t, std::size_t>> path;  // node, next edge
  std::size_t next_number = 0;
  count = 0;
  for (std::size_t root = 0; root < size; ++root) {
    if (number[root] != kNone) continue;
    path.emplace_back(root, 0);
    while (!path.empty()) {
      const std::size_t node = path.back().first;
      if (path.back().second == 0 && number[node] == kNone) {
        number[node] = low[node] = next_number++;
        open.push_back(node);
      }
      if (path.back().second < edges[node].size()) {
        const std::size_t child = edges[node][path.back().second++];
        if (number[child] == kNone) {
          path.emplace_back(child, 0);
        } else if (component[child] == kNone) {
          low[node] = std::min(low[node], number[child]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back().first] = std::min(low[path.back().first], low[node]);
      if (low[node] != number[node]) continue;
      std::size_t member;
      do {
        member = open.back();
        open.pop_back();
        component[member] = count;
      } while (member != node);
      ++count;
    }
  }
  return component;
}

}  // namespace whimbrel
