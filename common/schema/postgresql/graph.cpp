#include "common/schema/postgresql/graph.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "common/schema/order.h"

namespace whimbrel::postgresql {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

int priority_of(const Step& step) {
  switch (step.kind) {
    case StepKind::column_default:
      return 175;
    case StepKind::check:
      return 205;
    case StepKind::owned_by:
      return 170;
    case StepKind::attach:
      return 220;
    case StepKind::row_security:
      return 330;
    case StepKind::shell:
      return 49;
    case StepKind::create:
    case StepKind::dummy:
      break;
  }
  if (step.about->get("type") == "foreign key" && step.about->kind == "constraint") return 320;
  return writer_of(*step.about)->priority;
}

class Graph {
 public:
  Graph(Writer& writer, const std::vector<bool>& chosen)
      : writer_(writer),
        index_(writer.index()),
        objects_(index_.catalog().objects),
        chosen_(chosen),
        home_(objects_.size(), kNone) {
    for (const CatalogObject& object : objects_)
      if (chosen_[index_.place(object)]) add(object);
    for (const CatalogObject& object : objects_)
      if (chosen_[index_.place(object)]) find_home(object);
    for (const CatalogObject& object : objects_)
      if (home_[index_.place(object)] != kNone) connect(object);
    for (const auto& [parent, partition] : partitions_) connect_partition(*parent, *partition);
  }

  Order order() const { return order_nodes(nodes_); }
  const std::vector<Step>& steps() const { return steps_; }
  std::vector<std::string>& not_written() { return not_written_; }

  // Takes defaults and checks out of what is in the cycle, then views' queries; false when there are none.
  bool separate(const std::vector<std::size_t>& cycle) {
    const auto in_cycle = [&](const CatalogObject* needed) {
      return std::find(cycle.begin(), cycle.end(), home_[index_.place(*needed)]) != cycle.end();
    };
    bool found = false;
    for (const std::size_t node : cycle)
      for (const CatalogObject* part : index_.owned(*steps_[node].about)) {
        if (!part->part || home_[index_.place(*part)] != node) continue;
        const bool separable = part->kind == "column" ? part->has("default") : part->get("type") == "check";
        const auto needs = index_.needs(*part);
        if (separable && std::any_of(needs.begin(), needs.end(), in_cycle))
          found = separate_part(*part) || found;
      }
    for (const std::size_t node : cycle)
      if (steps_[node].kind == StepKind::create && steps_[node].about->kind == "domain" &&
          steps_[node].about->has("default"))
        found = writer_.separate.insert(steps_[node].about).second || found;
    if (found) return true;
    for (const std::size_t node : cycle)
      if (steps_[node].about->kind == "view")
        found = writer_.dummies.insert(steps_[node].about).second || found;
    return found;
  }

 private:
  // A default that comes after its table is not inherited: the children's come by themselves.
  bool separate_part(const CatalogObject& part) {
    if (!writer_.separate.insert(&part).second) return false;
    if (part.kind != "column") return true;
    for (const CatalogObject& other : objects_) {
      if (other.kind != "column" || other.name != part.name || !other.has("inherited") ||
          !other.has("default"))
        continue;
      const CatalogObject* child = index_.owner(other);
      if (child != nullptr && child->has("inherits") &&
          std::binary_search(child->dependencies.begin(), child->dependencies.end(), part.owner))
        separate_part(other);
    }
    return true;
  }

  std::size_t add_step(StepKind kind, const CatalogObject& about) {
    steps_.push_back({kind, &about});
    nodes_.push_back({priority_of(steps_.back()), about.identity + " " + about.kind, {}});
    return nodes_.size() - 1;
  }

  void add(const CatalogObject& object) {
    std::size_t& home = home_[index_.place(object)];
    if (object.part) {
      if (object.kind == "constraint") home = add_constraint(object);
      if (object.kind == "column" && writer_.separate.contains(&object))
        home = add_step(StepKind::column_default, object);
      return;
    }
    if (const std::string_view reason = why_not(object); !reason.empty()) {
      not_written_.push_back(object.key() + ", " + std::string(reason));
      return;
    }
    home = add_step(writer_.dummies.contains(&object) ? StepKind::dummy : StepKind::create, object);
    if (object.get("variety") == "base" || object.has("canonical")) {
      const std::size_t shell = add_step(StepKind::shell, object);
      shells_.emplace(&object, shell);
      nodes_[home].needs.push_back(shell);
    }
    if (writer_.separate.contains(&object))
      nodes_[add_step(StepKind::column_default, object)].needs.push_back(home);
    if (object.has("owned_by")) nodes_[add_step(StepKind::owned_by, object)].needs.push_back(home);
    if (object.has("attached_to")) nodes_[add_step(StepKind::attach, object)].needs.push_back(home);
    if (object.has("row_security") || object.has("force_row_security"))
      nodes_[add_step(StepKind::row_security, object)].needs.push_back(home);
    if (object.has("partition_of"))
      if (const CatalogObject* parent = index_.find("table " + std::string(object.get("partition_of"))))
        partitions_.emplace(parent, &object);
  }

  // Empty for what can be written.
  std::string_view why_not(const CatalogObject& object) {
    if (object.kind == "addition") return "which stands on a table of an extension";
    if (writer_of(object) == nullptr) return "a kind of object that this version cannot write";
    if (object.kind == "subscription" && !object.has("connection")) return "which only a superuser can read";
    // An index of a partitioned table is valid only when every partition has its own.
    if (object.kind == "index" && object.has("invalid") && !index_.owner(object)->has("partition_by"))
      return "which is not valid";
    if (object.has("hidden_options"))
      not_written_.push_back("the options of " + object.key() + ", which this role cannot read");
    return {};
  }

  std::size_t add_constraint(const CatalogObject& constraint) {
    const bool check = constraint.get("type") == "check" || constraint.get("type") == "not null";
    if (check)
      return is_separate_constraint(constraint) || writer_.separate.contains(&constraint)
                 ? add_step(StepKind::check, constraint)
                 : kNone;
    if (constraint.has("inherited")) return kNone;
    const std::size_t home = add_step(StepKind::create, constraint);
    if (constraint.has("attached_to")) nodes_[add_step(StepKind::attach, constraint)].needs.push_back(home);
    return home;
  }

  // A part without a step of its own is made with its owner.
  void find_home(const CatalogObject& object) {
    const CatalogObject* whole = &object;
    while (whole != nullptr && home_[index_.place(*whole)] == kNone && whole->part)
      whole = index_.owner(*whole);
    if (whole != nullptr) home_[index_.place(object)] = home_[index_.place(*whole)];
  }

  // What `object` needs of what is called so: a function that a type is made with needs its shell only.
  std::size_t home_for(const CatalogObject& object, const CatalogObject& needed) const {
    if (const auto shell = shells_.find(&needed); shell != shells_.end()) {
      const auto made_with = index_.needs(needed);
      if (std::find(made_with.begin(), made_with.end(), &object) != made_with.end()) return shell->second;
    }
    return home_[index_.place(needed)];
  }

  void connect(const CatalogObject& object) {
    const std::size_t home = home_[index_.place(object)];
    // A partition's copy of a foreign key comes with the table's, which waits for the partition.
    if (object.kind == "constraint" && object.has("inherited") && object.get("type") == "foreign key") return;
    std::size_t from = home;
    if (writer_.dummies.contains(&object)) {  // the columns stay with the dummy, the query comes later
      from = add_step(StepKind::create, object);
      nodes_[from].needs.push_back(home);
    }
    const auto need = [&](std::size_t node, const CatalogObject& needed) {
      if (const std::size_t other = home_for(object, needed); other != kNone)
        nodes_[node].needs.push_back(other);
    };
    const std::size_t later =
        writer_.separate.contains(&object) ? extra_step(home, StepKind::column_default) : kNone;
    for (const CatalogObject* needed : index_.needs(object))
      need(later != kNone && needed->kind == "function" ? later : from, *needed);
    if (object.owner.empty()) {
      if (object.has("owned_by")) connect_owner_of_sequence(object, home);
      if (!object.schema.empty()) need_schema(object, home);
      return;
    }
    if (const CatalogObject* owner = index_.owner(object)) need(home, *owner);
    if (object.has("attached_to")) connect_attachment(object, home);
  }

  void need_schema(const CatalogObject& object, std::size_t home) {
    if (schemas_.empty())
      for (const CatalogObject& one : objects_)
        if (one.kind == "schema") schemas_.emplace(one.name, &one);
    const auto at = schemas_.find(object.schema);
    if (at != schemas_.end() && home_[index_.place(*at->second)] != kNone)
      nodes_[home].needs.push_back(home_[index_.place(*at->second)]);
  }

  // Extra steps stand right behind the making of their object.
  std::size_t extra_step(std::size_t home, StepKind kind) const {
    for (std::size_t node = home + 1; node < steps_.size() && steps_[node].about == steps_[home].about;
         ++node)
      if (steps_[node].kind == kind) return node;
    return kNone;
  }

  void connect_owner_of_sequence(const CatalogObject& sequence, std::size_t home) {
    const std::string_view column = sequence.get("owned_by");
    const std::size_t node = extra_step(home, StepKind::owned_by);
    const CatalogObject* owner = index_.find("column " + std::string(column));
    if (owner == nullptr || node == kNone) return;
    const CatalogObject* table = index_.owner(*owner);
    if (table != nullptr && home_[index_.place(*table)] != kNone)
      nodes_[node].needs.push_back(home_[index_.place(*table)]);
  }

  void connect_attachment(const CatalogObject& object, std::size_t home) {
    const std::size_t node = extra_step(home, StepKind::attach);
    if (node == kNone) return;
    // The parent's index stands in the catalog as itself or as its constraint.
    const CatalogObject* table = index_.owner(object);
    if (table == nullptr) return;
    const std::string_view parent_index = object.get("attached_to");
    const CatalogObject* parent = index_.find("table " + std::string(table->get("partition_of")));
    if (parent == nullptr) return;
    for (const CatalogObject* owned : index_.owned(*parent)) {
      const bool is_it = owned->kind == "index"
                             ? owned->identity == parent_index
                             : owned->kind == "constraint" && !is_check(*owned) &&
                                   parent_index.ends_with("." + std::string(part_name(*owned, *parent)));
      const std::size_t other = home_[index_.place(*owned)];
      if (is_it && other != kNone) nodes_[node].needs.push_back(other);
    }
  }

  static bool is_check(const CatalogObject& constraint) {
    return constraint.get("type") == "check" || constraint.get("type") == "not null";
  }

  // A partition that is attached gets by itself what its table has: so it is attached before.
  void connect_partition(const CatalogObject& parent, const CatalogObject& partition) {
    const std::size_t child = home_[index_.place(partition)];
    const std::size_t table = home_[index_.place(parent)];
    if (child == kNone || table == kNone) return;
    nodes_[child].needs.push_back(table);
    for (const CatalogObject* owned : index_.owned(parent)) {
      const std::size_t node = home_[index_.place(*owned)];
      if (node != kNone && node != table && node != child) nodes_[node].needs.push_back(child);
    }
  }

  Writer& writer_;
  const CatalogIndex& index_;
  const std::vector<CatalogObject>& objects_;
  const std::vector<bool>& chosen_;
  std::vector<std::size_t> home_;  // of each object: the step that makes it
  std::vector<Step> steps_;
  std::vector<std::string> not_written_;
  std::vector<OrderNode> nodes_;
  std::unordered_multimap<const CatalogObject*, const CatalogObject*> partitions_;
  std::unordered_map<std::string_view, const CatalogObject*> schemas_;
  std::unordered_map<const CatalogObject*, std::size_t> shells_;
};

}  // namespace

Steps make_steps(Writer& writer, const std::vector<bool>& chosen) {
  for (;;) {
    Graph graph(writer, chosen);
    const Order order = graph.order();
    bool again = false;
    for (const auto& cycle : order.cycles) again = graph.separate(cycle) || again;
    if (again) continue;
    Steps steps;
    for (const std::size_t node : order.sequence) steps.sequence.push_back(graph.steps()[node]);
    for (const auto& cycle : order.cycles) {
      std::string keys;
      for (const std::size_t node : cycle)
        keys += (keys.empty() ? "" : ", ") + graph.steps()[node].about->key();
      steps.cycles.push_back(std::move(keys));
    }
    steps.not_written = std::move(graph.not_written());
    return steps;
  }
}

}  // namespace whimbrel::postgresql
