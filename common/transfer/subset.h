// Some rows of some tables, with all rows that they need: what their foreign keys and declared references
// name, in columns and inside documents, and what those name in turn. Keeps keys only; what a table has more
// of is never in memory.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/key_set.h"
#include "common/transfer/references/reference_finder.h"
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
  // Columns of a table that values name.
  struct Target {
    std::size_t node = 0;  // index into nodes_
    std::vector<std::size_t> columns;
  };
  struct Link {
    std::vector<std::size_t> from;
    Target to;
    std::size_t discriminator = Table::npos;  // a column; only rows that have `value` there
    std::string value = {};
    bool declared = false;  // by a rule: the values may have another type than what they name
  };
  struct Documents {
    ReferenceFinder finder;
    std::vector<std::map<std::string, Target, std::less<>>> targets;  // of each rule, by the discriminator
  };
  // Keys that are still to be looked up, by some columns of a table.
  struct Queue {
    Target target;
    std::deque<RowBatch> keys;
    std::size_t waiting;  // keys
    KeySet asked;         // ever
  };
  struct Node {
    const Table* table;
    std::vector<Link> links;
    std::vector<Documents> documents;
    std::vector<std::size_t> read;    // columns that all this needs, those of `keys` first
    std::vector<std::size_t> places;  // of each column of the table among `read`
    std::unique_ptr<KeySet> keys;     // null: nothing identifies its rows
    std::string condition;
  };

  std::size_t find(const std::string& schema, const std::string& name) const;
  void add_links(Node& node, const Rules& rules);
  void add_declared(Node& node, const Rules& rules);
  // None where the table is not followed into, or the column is no key by itself.
  std::optional<Target> find_target(const std::string& table, const std::string& column) const;
  void prepare(Node& node);
  void follow(const Table& table, const std::string& condition);
  Queue& queue(const Target& target);
  void take(Node& node, const Cell* row);
  void follow_link(const Link& link, const std::function<Cell(std::size_t)>& row);
  void ask_one(const Target& target, const Cell& value);
  void ask(const Target& target, const Cell* key);
  // Whether there was anything to look up in queues with at least so many keys.
  bool look_up_from(std::size_t keys);
  void look_up(Queue& queue);
  void look_up(const Queue& queue, const RowBatch& keys, std::size_t begin, std::size_t count);

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  static constexpr std::size_t kKeysAtOnce = 128;

  Host& host_;
  std::vector<Node> nodes_;
  std::deque<Queue> queues_;
  Arena arena_;  // of keys that are made of other values
};

}  // namespace whimbrel
