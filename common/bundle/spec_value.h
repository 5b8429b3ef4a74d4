// One value of a bundle's specification, with its place in it: reads members of the types that are wanted and
// collects what is wrong with them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/tree.h"

namespace whimbrel {

// "$.fields.agent: …", in the order in which they were found.
using SpecFaults = std::vector<std::string>;

class SpecValue {
 public:
  SpecValue(const json::Tree& tree, std::string path, SpecFaults& faults)
      : tree_(&tree), path_(std::move(path)), faults_(&faults) {}

  const json::Tree& tree() const { return *tree_; }
  const std::string& path() const { return path_; }
  void fault(std::string_view message) const { faults_->push_back(path_ + ": " + std::string(message)); }

  // A fault for each key that is none of these, with the nearest one.
  void require_keys(std::span<const std::string_view> known) const;
  bool has(std::string_view key) const { return tree_->find(key) != nullptr; }
  SpecValue member(std::string_view key) const;  // of one that is there
  std::vector<std::pair<std::string, SpecValue>> members() const;
  std::vector<SpecValue> elements() const;  // of an array, or the value itself

  // A member's value; empty (or `otherwise`) when it is not there, and with a fault when it is another type.
  std::string text(std::string_view key) const;
  bool flag(std::string_view key, bool otherwise) const;
  std::vector<std::string> list(std::string_view key) const;  // one string is a list too

 private:
  const json::Tree* tree_;
  std::string path_;
  SpecFaults* faults_;
};

}  // namespace whimbrel
