#include "common/schema/order.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>
#include <tuple>

namespace whimbrel {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Strongly connected components of the nodes that are left, without recursion.
class Components {
 public:
  Components(std::span<const OrderNode> nodes, const std::vector<bool>& done)
      : nodes_(nodes),
        done_(done),
        index_(nodes.size(), kNone),
        low_(nodes.size()),
        on_stack_(nodes.size()) {}

  // Those of more than one node.
  std::vector<std::vector<std::size_t>> find() {
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (!done_[node] && index_[node] == kNone) walk(node);
    return std::move(found_);
  }

 private:
  struct Frame {
    std::size_t node;
    std::size_t next;
  };

  void enter(std::size_t node, std::vector<Frame>& frames) {
    index_[node] = low_[node] = counter_++;
    stack_.push_back(node);
    on_stack_[node] = true;
    frames.push_back({node, 0});
  }

  void walk(std::size_t root) {
    std::vector<Frame> frames;
    enter(root, frames);
    while (!frames.empty()) {
      const std::size_t node = frames.back().node;
      if (frames.back().next < nodes_[node].needs.size()) {
        const std::size_t other = nodes_[node].needs[frames.back().next++];
        if (done_[other]) continue;
        if (index_[other] == kNone)
          enter(other, frames);
        else if (on_stack_[other])
          low_[node] = std::min(low_[node], index_[other]);
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) low_[frames.back().node] = std::min(low_[frames.back().node], low_[node]);
      if (low_[node] == index_[node]) take(node);
    }
  }

  void take(std::size_t root) {
    std::vector<std::size_t> component;
    while (component.empty() || component.back() != root) {
      component.push_back(stack_.back());
      on_stack_[stack_.back()] = false;
      stack_.pop_back();
    }
    if (component.size() > 1) found_.push_back(std::move(component));
  }

  std::span<const OrderNode> nodes_;
  const std::vector<bool>& done_;
  std::vector<std::size_t> index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::size_t counter_ = 0;
  std::vector<std::vector<std::size_t>> found_;
};

class Sorter {
 public:
  explicit Sorter(std::span<const OrderNode> nodes)
      : nodes_(nodes),
        rank_(nodes.size()),
        waits_for_(nodes.size()),
        then_(nodes.size()),
        done_(nodes.size()) {
    std::vector<std::size_t> by_rank(nodes.size());
    std::iota(by_rank.begin(), by_rank.end(), std::size_t{0});
    std::sort(by_rank.begin(), by_rank.end(), [&](std::size_t a, std::size_t b) {
      return std::tie(nodes[a].priority, nodes[a].name, a) < std::tie(nodes[b].priority, nodes[b].name, b);
    });
    for (std::size_t i = 0; i < by_rank.size(); ++i) rank_[by_rank[i]] = i;
    by_rank_ = std::move(by_rank);
    for (std::size_t node = 0; node < nodes.size(); ++node)
      for (const std::size_t other : nodes[node].needs) {
        if (other == node) continue;
        then_[other].push_back(node);
        ++waits_for_[node];
      }
  }

  Order run() {
    for (const std::size_t node : by_rank_)
      if (waits_for_[node] == 0) ready_.push(rank_[node]);
    for (;;) {
      while (!ready_.empty()) {
        const std::size_t node = by_rank_[ready_.top()];
        ready_.pop();
        take(node);
      }
      if (order_.sequence.size() == nodes_.size()) return std::move(order_);
      break_cycle();
    }
  }

 private:
  void take(std::size_t node) {
    if (done_[node]) return;
    done_[node] = true;
    order_.sequence.push_back(node);
    for (const std::size_t other : then_[node])
      if (--waits_for_[other] == 0 && !done_[other]) ready_.push(rank_[other]);
  }

  // The first of the nodes that wait for each other and for nothing else.
  void break_cycle() {
    auto components = Components(nodes_, done_).find();
    for (auto& component : components)
      std::sort(component.begin(), component.end(),
                [&](std::size_t a, std::size_t b) { return rank_[a] < rank_[b]; });
    std::sort(components.begin(), components.end(),
              [&](const auto& a, const auto& b) { return rank_[a.front()] < rank_[b.front()]; });
    std::size_t first = kNone;
    std::vector<std::size_t> home(nodes_.size(), kNone);
    for (std::size_t i = 0; i < components.size(); ++i)
      for (const std::size_t node : components[i]) home[node] = i;
    for (std::size_t i = 0; first == kNone; ++i) {
      const auto& component = components[i];
      const auto waits_outside = [&](std::size_t node) {
        return std::any_of(nodes_[node].needs.begin(), nodes_[node].needs.end(),
                           [&](std::size_t other) { return !done_[other] && home[other] != i; });
      };
      if (std::none_of(component.begin(), component.end(), waits_outside)) first = component.front();
    }
    if (!cycles_told_) {
      cycles_told_ = true;
      order_.cycles = std::move(components);
    }
    take(first);
  }

  std::span<const OrderNode> nodes_;
  std::vector<std::size_t> rank_, by_rank_, waits_for_;
  std::vector<std::vector<std::size_t>> then_;
  std::vector<bool> done_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
  bool cycles_told_ = false;
  Order order_;
};

}  // namespace

Order order_nodes(std::span<const OrderNode> nodes) { return Sorter(nodes).run(); }

}  // namespace whimbrel
