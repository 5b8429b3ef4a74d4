#include "common/transfer/subset.h"

#include <algorithm>
#include <utility>

#include "common/cell_copy.h"
#include "common/each_row.h"
#include "common/error.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

bool has_null(const Cell* key, std::size_t size) {
  return std::any_of(key, key + size, [](const Cell& cell) { return cell.is_null(); });
}

}  // namespace

Subset::Subset(Host& host, std::vector<const Table*> tables, const Rules& rules) : host_(host) {
  for (const Table* table : tables) nodes_.push_back({table, {}, {}, {}, {}, nullptr, {}});
  for (Node& node : nodes_) add_links(node, rules);
  for (Node& node : nodes_) prepare(node);
}

std::size_t Subset::find(const std::string& schema, const std::string& name) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].table->schema == schema && nodes_[i].table->name == name) return i;
  return kNone;
}

void Subset::add_links(Node& node, const Rules& rules) {
  for (const ForeignKey& key : node.table->foreign_keys) {
    const std::size_t parent = find(key.parent_schema, key.parent_table);
    if (parent == kNone) continue;
    const Table& named = *nodes_[parent].table;
    std::vector<std::size_t> to;
    for (const std::string& column : key.parent_columns) to.push_back(named.find_column(column));
    if (to.empty()) to = named.primary_key;
    if (to.size() == key.columns.size() && std::ranges::find(to, Table::npos) == to.end())
      node.links.push_back({key.columns, {parent, std::move(to)}});
  }
  add_declared(node, rules);
}

void Subset::add_declared(Node& node, const Rules& rules) {
  const Table& table = *node.table;
  for (const Rule* rule : rules.of(RuleKind::reference, table.display_name())) {
    const ReferenceRule parsed = parse_reference(*rule);
    const std::size_t from = table.find_column(parsed.column);
    const std::size_t discriminator = table.find_column(parsed.discriminator_column);
    if (parsed.is_inside() || from == Table::npos ||
        (parsed.has_discriminator() && discriminator == Table::npos))
      continue;
    for (const auto& [value, name] : parsed.targets)
      if (std::optional<Target> target = find_target(name, parsed.target_column))
        node.links.push_back({{from}, *std::move(target), discriminator, value, true});
  }
  for (auto& [column, inside] : rules_inside(table, rules)) {
    Documents documents{ReferenceFinder(table, column, std::move(inside)), {}};
    bool any = false;
    for (const ReferenceRule& rule : documents.finder.rules()) {
      auto& targets = documents.targets.emplace_back();
      for (const auto& [value, name] : rule.targets)
        if (std::optional<Target> target = find_target(name, rule.target_column))
          targets.emplace(value, *std::move(target));
      any = any || !targets.empty();
    }
    if (any) node.documents.push_back(std::move(documents));
  }
}

std::optional<Subset::Target> Subset::find_target(const std::string& table, const std::string& column) const {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const Table& named = *nodes_[node].table;
    if (named.display_name() != table) continue;
    std::vector<std::size_t> columns = named.primary_key;
    if (!column.empty()) columns = {named.find_column(column)};
    if (columns.size() == 1 && columns[0] != Table::npos) return Target{node, std::move(columns)};
  }
  return std::nullopt;
}

void Subset::prepare(Node& node) {
  std::vector<std::size_t> identity = node.table->primary_key;
  // Without a primary key by what others name it by, which is unique.
  const auto take_target = [&](const Target& target) {
    if (identity.empty() && nodes_[target.node].table == node.table) identity = target.columns;
  };
  for (const Node& other : nodes_) {
    for (const Link& link : other.links) take_target(link.to);
    for (const Documents& documents : other.documents)
      for (const auto& targets : documents.targets)
        for (const auto& [value, target] : targets) take_target(target);
  }
  node.places.assign(node.table->columns.size(), Table::npos);
  const auto read = [&](std::size_t column) {
    if (node.places[column] != Table::npos) return;
    node.places[column] = node.read.size();
    node.read.push_back(column);
  };
  for (const std::size_t column : identity) read(column);
  for (const Link& link : node.links) {
    for (const std::size_t column : link.from) read(column);
    if (link.discriminator != Table::npos) read(link.discriminator);
  }
  for (const Documents& documents : node.documents) {
    read(documents.finder.column());
    for (const std::size_t column : documents.finder.discriminators()) read(column);
  }
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
      look_up_from(kKeysAtOnce);
      host_.check_interrupt();
    }
  }
  while (look_up_from(1)) {
  }
}

void Subset::take(Node& node, const Cell* cells) {
  if (node.keys != nullptr && !node.keys->add(cells)) return;
  arena_.clear();
  const std::function<Cell(std::size_t)> row = [&](std::size_t column) { return cells[node.places[column]]; };
  for (const Link& link : node.links) follow_link(link, row);
  for (Documents& documents : node.documents) {
    documents.finder.find(row(documents.finder.column()), row, [&](const FoundReference& found) {
      const auto& targets = documents.targets[found.rule];
      if (const auto target = targets.find(found.value); target != targets.end())
        ask_one(target->second, Cell::text(found.id()));
    });
  }
}

void Subset::follow_link(const Link& link, const std::function<Cell(std::size_t)>& row) {
  if (link.discriminator != Table::npos) {
    const Cell value = row(link.discriminator);
    if (value.is_null() || key_text(value, arena_) != link.value) return;
  }
  if (link.declared) {
    ask_one(link.to, row(link.from[0]));
    return;
  }
  std::vector<Cell> key;
  for (const std::size_t column : link.from) key.push_back(row(column));
  if (!has_null(key.data(), key.size())) ask(link.to, key.data());
}

// A value as the column that it names holds it, if it can.
void Subset::ask_one(const Target& target, const Cell& value) {
  const Column& column = nodes_[target.node].table->columns[target.columns[0]];
  Cell key;
  if (!value.is_null() && to_key_cell(value, column.kind, arena_, key) && fits_column(key, column))
    ask(target, &key);
}

Subset::Queue& Subset::queue(const Target& target) {
  for (Queue& queue : queues_)
    if (queue.target.node == target.node && queue.target.columns == target.columns) return queue;
  return queues_.emplace_back(Queue{target, {}, 0, KeySet(*nodes_[target.node].table, target.columns)});
}

void Subset::ask(const Target& target, const Cell* key) {
  Queue& wanted = queue(target);
  if (!wanted.asked.add(key)) return;
  if (wanted.keys.empty() || wanted.keys.back().full())
    wanted.keys.emplace_back().reset(target.columns.size());
  RowBatch& keys = wanted.keys.back();
  Cell* cells = keys.append();
  for (std::size_t i = 0; i < target.columns.size(); ++i) cells[i] = copy_cell(key[i], keys.arena());
  ++wanted.waiting;
}

bool Subset::look_up_from(std::size_t keys) {
  bool any = false;
  // More queues may come meanwhile.
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (queues_[i].waiting < keys) continue;
    look_up(queues_[i]);
    any = true;
  }
  return any;
}

// New keys may come into the same queue meanwhile, as of a table that names itself.
void Subset::look_up(Queue& queue) {
  std::deque<RowBatch> batches;
  std::swap(batches, queue.keys);
  queue.waiting = 0;
  for (const RowBatch& keys : batches)
    for (std::size_t begin = 0; begin < keys.rows(); begin += kKeysAtOnce)
      look_up(queue, keys, begin, std::min(kKeysAtOnce, keys.rows() - begin));
}

void Subset::look_up(const Queue& queue, const RowBatch& keys, std::size_t begin, std::size_t count) {
  Node& node = nodes_[queue.target.node];
  const std::vector<std::size_t>& columns = queue.target.columns;
  // Few forms of the statement: the last key is asked for several times.
  std::size_t asked = 1;
  while (asked < count) asked *= 4;
  std::vector<Cell> parameters;
  for (std::size_t i = 0; i < asked; ++i) {
    const Cell* key = keys.row(begin + std::min(i, count - 1));
    parameters.insert(parameters.end(), key, key + columns.size());
  }
  const std::string where = key_condition(host_, *node.table, columns, asked);
  ScanRequest request;
  request.table = node.table;
  request.columns = node.read;
  request.ordered = false;
  request.where = where;
  request.parameters = parameters;
  for_each_row(*host_.scan(request), [&](const Cell* row) { take(node, row); });
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
