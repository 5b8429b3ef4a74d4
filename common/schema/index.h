// Ways through a catalog: by key, and from an object to its parts. It keeps pointers into the catalog, which
// must stay as it is.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/schema/catalog.h"

namespace whimbrel {

class CatalogIndex {
 public:
  explicit CatalogIndex(const Catalog& catalog);

  const Catalog& catalog() const { return *catalog_; }
  // The first of this key; nullptr when there is none.
  const CatalogObject* find(std::string_view key) const;
  // What CatalogObject::owner names; nullptr when there is none.
  const CatalogObject* owner(const CatalogObject& object) const { return owners_[place(object)]; }
  // What CatalogObject::dependencies name and the catalog has, in their order.
  std::span<const CatalogObject* const> needs(const CatalogObject& object) const {
    const std::size_t at = place(object);
    return std::span(needs_).subspan(first_need_[at], first_need_[at + 1] - first_need_[at]);
  }
  // What has it as its owner: parts, and objects such as indexes and triggers; columns first, in their order,
  // then as the catalog is sorted.
  std::span<const CatalogObject* const> owned(const CatalogObject& object) const {
    return owned_[place(object)];
  }
  // Its place in Catalog::objects.
  std::size_t place(const CatalogObject& object) const {
    return static_cast<std::size_t>(&object - catalog_->objects.data());
  }

 private:
  // A table of hashes with linear probing: `place` counts from 1, 0 is empty.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t place = 0;
  };

  const Catalog* catalog_;
  std::vector<Slot> slots_;
  std::vector<const CatalogObject*> owners_;
  std::vector<std::vector<const CatalogObject*>> owned_;
  std::vector<std::size_t> first_need_;  // of each object in needs_
  std::vector<const CatalogObject*> needs_;
};

// How a part is called inside its owner: its identity without the owner's, quoted where needed.
std::string_view part_name(const CatalogObject& part, const CatalogObject& owner);

}  // namespace whimbrel
