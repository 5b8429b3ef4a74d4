#include "common/bundle/drift.h"

#include <map>

#include "common/bundle/compare.h"
#include "common/bundle/load.h"
#include "common/bundle/store.h"
#include "common/transfer/cell_equality.h"

namespace whimbrel {

namespace {

constexpr std::string_view kHere = "changed_here";
constexpr std::string_view kThere = "changed_there";
constexpr std::string_view kConflict = "conflict";

// The rows of the last recorded import of the same document, by node and key.
class Base {
 public:
  explicit Base(const BundleShape& shape) : shape_(shape), rows_(shape), keys_(shape.nodes.size()) {}

  void read(Host& host, const std::string& root_key) {
    const BundleShape& shape = shape_;
    const std::optional<BundleRun> run = last_import(host, shape.name, root_key);
    if (!run || !run->document) return;
    document_ = *run->document;
    BundleProblems problems;
    read_bundle(shape, document_, rows_, problems);
    // One of an older specification says nothing about this one.
    if (problems.errors() > 0) return;
    known_ = true;
    BundleLoader loader(host, shape);
    for (std::size_t node = 0; node < shape.nodes.size(); ++node) {
      if (shape.nodes[node]->table == nullptr) continue;
      loader.resolve(rows_.nodes[node], rows_.arena, [](const BundleReference&, std::uint32_t) {});
      for (std::uint32_t row = 0; row < rows_.nodes[node].rows; ++row)
        keys_[node].emplace(shown_row(shape, rows_, node, row), row);
    }
  }

  // Whether it says anything about what the row belongs to: an import of another agent does not.
  bool knows(const BundleRowsOf& of, std::size_t node, std::uint32_t row) const {
    if (!known_) return false;
    while (!shape_.nodes[node]->via.empty()) {
      row = of.nodes[node].parent[row];
      node = shape_.nodes[node]->parent;
    }
    return shape_.nodes[node]->parent != BundleNode::npos ||
           find(node, shown_row(shape_, of, node, row)) != kNoRow;
  }
  std::uint32_t find(std::size_t node, const std::string& key) const {
    const auto found = keys_[node].find(key);
    return found == keys_[node].end() ? kNoRow : found->second;
  }
  const BundleNodeRows& rows(std::size_t node) const { return rows_.nodes[node]; }

 private:
  const BundleShape& shape_;
  std::string document_;
  BundleRowsOf rows_;
  std::vector<std::map<std::string, std::uint32_t>> keys_;
  bool known_ = false;
};

class Drift {
 public:
  Drift(Host& host, const BundleShape& shape, std::string_view document)
      : host_(host), shape_(shape), comparison_(host, shape, document, {true, {}, false}), base_(shape) {}

  std::vector<DriftRow> find() {
    BundleProblems problems;
    comparison_.run(problems);
    problems.throw_if_any(shape_.name);
    const bool has_root = shape_.root().table != nullptr;
    base_.read(host_, has_root ? shown_row(shape_, comparison_.wanted(), 0, 0) : std::string());
    for (const BundleChange& change : comparison_.changes()) {
      if (change.action == BundleChange::Action::update)
        changed(change);
      else
        one_sided(change);
    }
    return std::move(found_);
  }

 private:
  static std::optional<std::string> shown(const BundleNodeRows& rows, std::uint32_t row, std::size_t place) {
    if (row == kNoRow || rows.row(row)[place].is_null()) return std::nullopt;
    return shown_place(rows, row, place);
  }

  void changed(const BundleChange& change) {
    const BundleNode& node = *shape_.nodes[change.node];
    const BundleNodeRows& there = comparison_.wanted().nodes[change.node];
    const BundleNodeRows& here = comparison_.live().nodes[change.node];
    const std::string key = shown_row(shape_, comparison_.wanted(), change.node, change.wanted);
    const std::uint32_t base = base_.find(change.node, key);
    CellEquality equality(*node.table, node.columns);
    for (const std::size_t place : change.places) {
      if (!node.is_compared[place]) continue;
      DriftRow row{kConflict,
                   node.table->display_name(),
                   key,
                   node.column_at(place).name,
                   {},
                   shown(here, change.live, place),
                   shown(there, change.wanted, place),
                   {}};
      if (base == kNoRow) {
        row.detail = kUnknown;
      } else {
        const Cell* const was = base_.rows(change.node).row(base);
        row.base = shown(base_.rows(change.node), base, place);
        if (equality.same(place, was[place], here.row(change.live)[place]))
          row.state = kThere;
        else if (equality.same(place, was[place], there.row(change.wanted)[place]))
          row.state = kHere;
        else
          row.detail = "both sides have changed it";
      }
      found_.push_back(std::move(row));
    }
  }

  // A row that only one side has.
  void one_sided(const BundleChange& change) {
    const BundleNode& node = *shape_.nodes[change.node];
    const bool is_here = change.action == BundleChange::Action::remove;
    BundleRowsOf& side = is_here ? comparison_.live() : comparison_.wanted();
    const std::uint32_t row = is_here ? change.live : change.wanted;
    DriftRow found;
    found.table = node.table->display_name();
    found.key = shown_row(shape_, side, change.node, row);
    (is_here ? found.here : found.there) = found.key;
    const std::uint32_t base = base_.find(change.node, found.key);
    if (base == kNoRow) {
      // Nobody had it: whoever has it now has made it.
      const bool told = base_.knows(side, change.node, row);
      found.state = is_here ? kHere : kThere;
      found.detail = is_here ? "only here" : "only in the document";
      if (!told && is_here) {
        found.state = kConflict;
        found.detail = kUnknown;
      }
    } else {
      found.base = found.key;
      CellEquality equality(*node.table, node.columns);
      bool same = true;
      for (std::size_t place = 0; place < node.columns.size(); ++place)
        same = same &&
               (!node.is_compared[place] || equality.same(place, base_.rows(change.node).row(base)[place],
                                                          side.nodes[change.node].row(row)[place]));
      // The other side has deleted it.
      found.state = !same ? kConflict : is_here ? kThere : kHere;
      found.detail = !same     ? "one side has deleted it, the other has changed it"
                     : is_here ? "deleted in the document"
                               : "deleted here";
    }
    found_.push_back(std::move(found));
  }

  static constexpr std::string_view kUnknown =
      "no import of it is recorded: nobody knows which side has changed";

  Host& host_;
  const BundleShape& shape_;
  BundleComparison comparison_;
  Base base_;
  std::vector<DriftRow> found_;
};

}  // namespace

std::vector<DriftRow> find_drift(Host& host, const BundleShape& shape, std::string_view document) {
  return Drift(host, shape, document).find();
}

}  // namespace whimbrel
