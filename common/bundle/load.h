// The rows of a bundle as the database has them, each read once, in batches; and the rows that references
// lead to, both ways: by their key, and by their natural key. Writes nothing, locks nothing.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/bundle/rows.h"
#include "common/host.h"
#include "common/transfer/secret_parts.h"

namespace whimbrel {

// Rows of the table whose `key_columns` are one of `keys` (each as many cells, one after another); `found`
// gets the number of the key, and the cells of `columns`, which live only for that call. A table that would
// have to be read as a whole many times is read once, and so is one whose rows are `mostly` wanted.
void find_many(Host& host, const Table& table, const std::vector<std::size_t>& key_columns,
               const std::vector<std::size_t>& columns, const std::vector<Cell>& keys,
               const std::function<void(std::size_t key, const Cell* row)>& found, bool mostly = false);

// Whether so many rows are so much of the table that it is best read as a whole.
bool is_most_of(Host& host, const Table& table, std::size_t rows);

// The row's documents without what is secret in them, by place; in memory of `arena`.
void take_out_secrets(std::map<std::size_t, SecretParts>& parts, Cell* row, Arena& arena);

// What is secret inside the documents of a node's rows.
class NodeSecrets {
 public:
  explicit NodeSecrets(const BundleNode& node);
  bool empty() const { return parts_.empty(); }
  // By place; null: nothing.
  SecretParts* at(std::size_t place);
  // The row's cells without it, in memory of `arena`.
  void take_out(Cell* row, Arena& arena) { take_out_secrets(parts_, row, arena); }

 private:
  std::map<std::size_t, SecretParts> parts_;
};

// Rows come without what is secret in them: nothing behind this class ever has it.
class BundleLoader {
 public:
  BundleLoader(Host& host, const BundleShape& shape);

  // All that the parameters choose.
  void load(const std::map<std::string, std::string>& parameters, BundleRowsOf& live);
  // The rows whose natural keys `wanted` has, at the top of the document, and all that belongs to them.
  void load_like(const BundleRowsOf& wanted, BundleRowsOf& live);

  // Finds the rows that the references of `rows` name by natural keys, and sets the cells that hold their
  // keys. Those that are not there are told by their reference and row, and stay Tag::encoded.
  using Missing = std::function<void(const BundleReference& reference, std::uint32_t row)>;
  void resolve(BundleRows& rows, Arena& arena, const Missing& missing);

 private:
  void add(std::size_t node, std::uint32_t parent, const Cell* row, BundleRowsOf& live);
  void load_children(std::size_t node, BundleRowsOf& live, bool mostly);
  void load_references(BundleRows& rows, Arena& arena);
  void say_inner(std::size_t node, BundleRowsOf& live);
  void finish(std::size_t node, BundleRowsOf& live);
  void scan(std::size_t node, const std::map<std::string, std::string>& parameters, BundleRowsOf& live);
  void require_unique(std::size_t node, BundleRowsOf& live);

  Host& host_;
  const BundleShape& shape_;
  std::vector<NodeSecrets> secrets_;  // by node
};

}  // namespace whimbrel
