// What can be said about a node of a specification only when all its fields are known: what identifies its
// rows, whether all columns and foreign keys are accounted for, what is secret.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/bundle/spec_catalog.h"

namespace whimbrel {

class NodeRules : protected SpecCatalog {
 protected:
  using SpecCatalog::SpecCatalog;

  void finish(BundleNode& node);
  std::size_t number_of(const BundleNode& node) const;
  void require_fields(const BundleNode& node, std::vector<BundleField>& fields);
  void add_secret(BundleNode& node, std::size_t column, const std::string& path);
  void secrets(const SpecValue& spec, BundleNode& node);
  std::vector<std::size_t> volatile_columns(const SpecValue& spec, const BundleNode& node);
  void check_names(const SpecValue& spec, const BundleRow& row, const std::vector<std::size_t>& known);
  void where(const SpecValue& spec, BundleNode& node);
  void inner_references(const SpecValue& spec, BundleNode& node);
  void check_complete(const SpecValue& spec, const BundleNode& node, const std::vector<std::size_t>& unsteady,
                      const std::vector<std::size_t>& ignored);

  std::vector<std::unique_ptr<SpecValue>> specs_;  // by node
};

}  // namespace whimbrel
