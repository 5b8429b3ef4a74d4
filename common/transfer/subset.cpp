#include "common/transfer/subset.h"

#include <algorithm>
#include <utility>

#include "common/cell_copy.h"
#include "common/error.h"

namespace whimbrel {

namespace {

bool has_null(const Cell* key, std::size_t size) {
  return std::any_of(key, key + size, [](const Cell& cell) { return cell.is_null(); });
}

}  // namespace

Subset::Subset(Host& host, std::vector<const Table*> tables, const Rules& rules) : host_(host) {
  for (const Table* table : tables) nodes_.push_back({table, {}, {}, nullptr, {}});
  for (Node& node : nodes_) add_links(node, rules);
  for (Node& node : nodes_) prepare(node);
}

std::size_t Subset::find(const std::string& schema, const std::string& name) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].table->schema == schema && nodes_[i].table->name == name) return i;
  return kNone;
}

void Subset::add_link(Node& node, std::size_t parent, std::vector<std::size_t> from,
                      std::vector<std::size_t> to) {
  if (std::ranges::find(to, Table::npos) != to.end()) return;
  node.links.push_back({parent, std::move(from), std::move(to)});
}

void Subset::add_links(Node& node, const Rules& rules) {
  for (const ForeignKey& key : node.table->foreign_keys) {
    const std::size_t parent = find(key.parent_schema, key.parent_table);
    if (parent == kNone) continue;
    const Table& named = *nodes_[parent].table;
    std::vector<std::size_t> to;
    for (const std::string& column : key.parent_columns) to.push_back(named.find_column(column));
    if (to.empty()) to = named.primary_key;
    if (to.size() == key.columns.size()) add_link(node, parent, key.columns, std::move(to));
  }
  for (const Rule* rule : rules.of(RuleKind::reference, node.table->display_name())) {
    if (!rule->path.empty() || rule->columns.size() != 1 || rule->target_table.empty()) continue;
    const std::size_t from = node.table->find_column(rule->columns[0]);
    if (from == Table::npos) continue;
    for (std::size_t parent = 0; parent < nodes_.size(); ++parent) {
      const Table& named = *nodes_[parent].table;
      if (named.display_name() != rule->target_table) continue;
      std::vector<std::size_t> to = named.primary_key;
      if (!rule->target_column.empty()) to = {named.find_column(rule->target_column)};
      if (to.size() == 1) add_link(node, parent, {from}, std::move(to));
    }
  }
}

void Subset::prepare(Node& node) {
  std::vector<std::size_t> identity = node.table->primary_key;
  // Without a primary key by what others name it by, which is unique.
  for (const Node& other : nodes_) {
    for (const Link& link : other.links)
      if (identity.empty() && nodes_[link.parent].table == node.table) identity = link.to;
  }
  node.read = identity;
  for (const Link& link : node.links) node.read.insert(node.read.end(), link.from.begin(), link.from.end());
  if (!identity.empty()) node.keys = std::make_unique<KeySet>(*node.table, std::move(identity));
}

void Subset::add(const Table& table, const std::string& condition) {
  try {
    follow(table, condition);
  } catch (Error& error) {
    error.at("table \"" + table.display_name() + "\", whose condition is: " + condition);
    throw;
  }
}

void Subset::follow(const Table& table, const std::string& condition) {
  Node& node = nodes_[find(table.schema, table.name)];
  node.condition = condition;
  ScanRequest request;
  request.table = &table;
  request.columns = node.read;
  request.ordered = false;
  request.where = condition;
  {
    const auto reader = host_.scan(request);
    RowBatch batch;
    while (reader->next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        if (node.keys != nullptr && has_null(batch.row(i), node.keys->columns().size()))
          throw Error(code::kUnsupported, "table \"" + table.display_name() +
                                              "\" has no primary key, and a row of its subset is null in "
                                              "what others name it by");
        take(node, batch.row(i));
      }
      look_up_full();
      host_.check_interrupt();
    }
  }
  for (bool any = true; any;) {
    any = false;
    for (Queue& queue : queues_) {
      if (queue.keys.empty()) continue;
      look_up(queue);
      any = true;
    }
  }
}

void Subset::take(Node& node, const Cell* row) {
  const Cell* cell = row;
  if (node.keys != nullptr) {
    if (!node.keys->add(row)) return;
    cell += node.keys->columns().size();
  }
  for (const Link& link : node.links) {
    if (!has_null(cell, link.from.size())) ask(link, cell);
    cell += link.from.size();
  }
}

Subset::Queue& Subset::queue(std::size_t node, const std::vector<std::size_t>& columns) {
  for (Queue& queue : queues_)
    if (queue.node == node && queue.columns == columns) return queue;
  Queue& made = queues_.emplace_back(Queue{node, columns, {}, KeySet(*nodes_[node].table, columns)});
  made.keys.reset(columns.size());
  return made;
}

void Subset::ask(const Link& link, const Cell* key) {
  Queue& wanted = queue(link.parent, link.to);
  if (!wanted.asked.add(key)) return;
  if (wanted.keys.full()) look_up(wanted);
  Cell* cells = wanted.keys.append();
  for (std::size_t i = 0; i < link.to.size(); ++i) cells[i] = copy_cell(key[i], wanted.keys.arena());
}

void Subset::look_up_full() {
  for (Queue& queue : queues_)
    if (queue.keys.rows() >= kKeysAtOnce) look_up(queue);
}

// New keys may come into the same queue meanwhile, as of a table that names itself.
void Subset::look_up(Queue& queue) {
  RowBatch keys;
  std::swap(keys, queue.keys);
  queue.keys.reset(queue.columns.size());
  Node& node = nodes_[queue.node];
  const std::size_t width = queue.columns.size();
  for (std::size_t begin = 0; begin < keys.rows(); begin += kKeysAtOnce) {
    const std::size_t count = std::min(kKeysAtOnce, keys.rows() - begin);
    // Few forms of the statement: the last key is asked for several times.
    std::size_t asked = 1;
    while (asked < count) asked *= 4;
    std::vector<Cell> parameters;
    for (std::size_t i = 0; i < asked; ++i) {
      const Cell* key = keys.row(begin + std::min(i, count - 1));
      parameters.insert(parameters.end(), key, key + width);
    }
    const std::string where = key_condition(*node.table, queue.columns, asked);
    ScanRequest request;
    request.table = node.table;
    request.columns = node.read;
    request.ordered = false;
    request.where = where;
    request.parameters = parameters;
    const auto reader = host_.scan(request);
    RowBatch batch;
    while (reader->next(batch))
      for (std::size_t i = 0; i < batch.rows(); ++i) take(node, batch.row(i));
  }
  host_.check_interrupt();
}

KeySet* Subset::keys(const Table& table) const {
  const std::size_t node = find(table.schema, table.name);
  if (node == kNone || nodes_[node].keys == nullptr || nodes_[node].keys->size() == 0) return nullptr;
  return nodes_[node].keys.get();
}

std::string Subset::condition(const Table& table) const {
  const std::size_t node = find(table.schema, table.name);
  return node == kNone ? std::string() : nodes_[node].condition;
}

}  // namespace whimbrel
