#include "common/transfer/order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <string>
#include <utility>

#include "common/schema/components.h"

namespace whimbrel {

namespace {

bool references(const ForeignKey& key, const Table& table) {
  return key.parent_table == table.name && key.parent_schema == table.schema;
}

// For each table the others that it references.
ComponentEdges parents_of(const std::vector<const Table*>& tables) {
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (std::size_t i = 0; i < tables.size(); ++i) index[{tables[i]->schema, tables[i]->name}] = i;
  ComponentEdges parents(tables.size());
  for (std::size_t i = 0; i < tables.size(); ++i) {
    for (const ForeignKey& key : tables[i]->foreign_keys) {
      const auto found = index.find({key.parent_schema, key.parent_table});
      if (found != index.end() && found->second != i) parents[i].push_back(found->second);
    }
  }
  return parents;
}

std::size_t index_of(const std::vector<const Table*>& tables, const Table* table) {
  return static_cast<std::size_t>(std::ranges::find(tables, table) - tables.begin());
}

}  // namespace

TableOrder order_tables(const std::vector<const Table*>& tables, const std::vector<TableWish>& wishes) {
  ComponentEdges parents = parents_of(tables);
  std::size_t count = 0;
  std::vector<std::size_t> component = components_of(parents, count);
  for (const TableWish& wish : wishes) {
    std::vector<std::size_t>& of_later = parents[index_of(tables, wish.later)];
    of_later.push_back(index_of(tables, wish.earlier));
    std::size_t then = 0;
    std::vector<std::size_t> with = components_of(parents, then);
    if (then == count)
      component = std::move(with);
    else
      of_later.pop_back();
  }

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

bool has_deferred_self_reference(const Table& table) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ForeignKey& key) { return key.initially_deferred && references(key, table); });
}

}  // namespace whimbrel
