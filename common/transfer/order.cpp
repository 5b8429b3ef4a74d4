#include "common/transfer/order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>

namespace whimbrel {

namespace {

using Edges = std::vector<std::vector<std::size_t>>;

bool references(const ForeignKey& key, const Table& table) {
  return key.parent_table == table.name && key.parent_schema == table.schema;
}

// For each table the others that it references.
Edges parents_of(const std::vector<const Table*>& tables) {
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (std::size_t i = 0; i < tables.size(); ++i) index[{tables[i]->schema, tables[i]->name}] = i;
  Edges parents(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const ForeignKey& key : tables[i]->foreign_keys) {
      const auto found = index.find({key.parent_schema, key.parent_table});
      if (found != index.end() && found->second != i) parents[i].push_back(found->second);
    }
  }
  return parents;
}

// Tarjan's strongly connected components (SIAM J. Comput. 1, 1972) with a stack of its own instead of
// recursion. Returns for each node the number of its component.
std::vector<std::size_t> components_of(const Edges& edges, std::size_t& count) {
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

}  // namespace

TableOrder order_tables(const std::vector<const Table*>& tables) {
  const Edges parents = parents_of(tables);
  std::size_t count = 0;
  const std::vector<std::size_t> component = components_of(parents, count);

  std::vector<std::vector<const Table*>> members(count);
  for (std::size_t i = 0; i < tables.size(); ++i) members[component[i]].push_back(tables[i]);
  std::vector<std::string> names(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::sort(members[i].begin(), members[i].end(),
              [](const Table* a, const Table* b) { return a->display_name() < b->display_name(); });
    names[i] = members[i].front()->display_name();
  }

  std::vector<std::vector<std::size_t>> children(count);
  std::vector<std::size_t> waiting_for(count, 0);
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (std::size_t parent : parents[i]) {
      if (component[parent] == component[i]) continue;
      children[component[parent]].push_back(component[i]);
      ++waiting_for[component[i]];
    }
  }
  using Ready = std::pair<std::string, std::size_t>;
  std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
  for (std::size_t i = 0; i < count; ++i)
    if (waiting_for[i] == 0) ready.emplace(names[i], i);

  TableOrder order;
  while (!ready.empty()) {
    const std::size_t current = ready.top().second;
    ready.pop();
    for (const Table* table : members[current]) {
      order.tables.push_back(table);
      if (members[current].size() > 1) order.cyclic.push_back(table);
    }
    for (std::size_t child : children[current])
      if (--waiting_for[child] == 0) ready.emplace(names[child], child);
  }
  return order;
}

bool has_deferrable_self_reference(const Table& table) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ForeignKey& key) { return key.deferrable && references(key, table); });
}

}  // namespace whimbrel
