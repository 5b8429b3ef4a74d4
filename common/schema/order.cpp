#include "common/schema/order.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <queue>
#include <tuple>

#include "common/schema/components.h"

namespace whimbrel {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

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

  // Of the nodes that are left those that need each other; they and the circles by rank.
  std::vector<std::vector<std::size_t>> circles() const {
    ComponentEdges needs(nodes_.size());
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      if (done_[node]) continue;
      std::ranges::copy_if(nodes_[node].needs, std::back_inserter(needs[node]),
                           [&](std::size_t other) { return !done_[other]; });
    }
    std::size_t count = 0;
    const std::vector<std::size_t> component = components_of(needs, count);
    std::vector<std::vector<std::size_t>> circles(count);
    for (const std::size_t node : by_rank_)
      if (!done_[node]) circles[component[node]].push_back(node);
    std::erase_if(circles, [](const auto& circle) { return circle.size() < 2; });
    std::ranges::sort(circles,
                      [&](const auto& a, const auto& b) { return rank_[a.front()] < rank_[b.front()]; });
    return circles;
  }

  // The first of the nodes that wait for each other and for nothing else.
  void break_cycle() {
    std::vector<std::vector<std::size_t>> components = circles();
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
