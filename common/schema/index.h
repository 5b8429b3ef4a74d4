// Ways through a catalog: by key, and from an object to its parts. It keeps pointers into the catalog, which
// must stay as it is.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/schema/catalog.h"

namespace whimbrel {

class CatalogIndex {
 public:
  explicit CatalogIndex(const Catalog& catalog);

  const Catalog& catalog() const { return *catalog_; }
  // The first of this key; nullptr when there is none.
  const CatalogObject* find(std::string_view key) const;
  // What has it as its owner: parts, and objects such as indexes and triggers; columns first, in their order,
  // then as the catalog is sorted.
  std::span<const CatalogObject* const> owned(const CatalogObject& object) const;
  // Its place in Catalog::objects.
  std::size_t place(const CatalogObject& object) const {
    return static_cast<std::size_t>(&object - catalog_->objects.data());
  }

 private:
  const Catalog* catalog_;
  std::vector<std::string> keys_;
  std::unordered_map<std::string_view, std::size_t> by_key_;
  std::vector<std::vector<const CatalogObject*>> owned_;
};

// How a part is called inside its owner: its identity without the owner's, quoted where needed.
std::string_view part_name(const CatalogObject& part, const CatalogObject& owner);

}  // namespace whimbrel
