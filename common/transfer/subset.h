// Some rows of some tables, with all rows that they need: what their foreign keys and declared references
// name, and what those name in turn. Keeps keys only; what a table has more of is never in memory.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "common/host.h"
#include "common/transfer/key_set.h"
#include "common/transfer/rules.h"

namespace whimbrel {

class Subset {
 public:
  // References are followed into `tables` only, which must outlive it.
  Subset(Host& host, std::vector<const Table*> tables, const Rules& rules);

  // Adds the rows of the table that have this condition, and all that they need.
  void add(const Table& table, const std::string& condition);

  // Which rows of the table it has; null when none. A table whose rows nothing identifies is there by its
  // condition alone: see condition().
  KeySet* keys(const Table& table) const;
  std::string condition(const Table& table) const;

 private:
  // Columns of a table and those of a parent that they name.
  struct Link {
    std::size_t parent;  // index into nodes_
    std::vector<std::size_t> from;
    std::vector<std::size_t> to;
  };
  // Keys that are still to be looked up, by some columns of a table.
  struct Queue {
    std::size_t node;
    std::vector<std::size_t> columns;
    RowBatch keys;
    KeySet asked;  // ever
  };
  struct Node {
    const Table* table;
    std::vector<Link> links;
    std::vector<std::size_t> read;  // columns that identity and links need
    std::unique_ptr<KeySet> keys;   // null: nothing identifies its rows
    std::string condition;
  };

  std::size_t find(const std::string& schema, const std::string& name) const;
  void add_links(Node& node, const Rules& rules);
  void add_link(Node& node, std::size_t parent, std::vector<std::size_t> from, std::vector<std::size_t> to);
  void prepare(Node& node);
  void follow(const Table& table, const std::string& condition);
  Queue& queue(std::size_t node, const std::vector<std::size_t>& columns);
  void take(Node& node, const Cell* row);
  void ask(const Link& link, const Cell* key);
  void look_up(Queue& queue);
  void look_up_full();

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kKeysAtOnce = 128;

  Host& host_;
  std::vector<Node> nodes_;
  std::deque<Queue> queues_;
};

}  // namespace whimbrel
