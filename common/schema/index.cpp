#include "common/schema/index.h"

#include <algorithm>

namespace whimbrel {

CatalogIndex::CatalogIndex(const Catalog& catalog) : catalog_(&catalog), owned_(catalog.objects.size()) {
  const auto& objects = catalog.objects;
  keys_.reserve(objects.size());
  by_key_.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) by_key_.emplace(keys_.emplace_back(objects[i].key()), i);
  for (const CatalogObject& object : objects) {
    if (object.owner.empty()) continue;
    if (const auto at = by_key_.find(object.owner); at != by_key_.end())
      owned_[at->second].push_back(&object);
  }
  for (auto& list : owned_)
    std::stable_sort(list.begin(), list.end(), [](const CatalogObject* a, const CatalogObject* b) {
      const auto place = [](const CatalogObject* o) { return o->position == 0 ? UINT32_MAX : o->position; };
      return place(a) < place(b);
    });
}

const CatalogObject* CatalogIndex::find(std::string_view key) const {
  const auto at = by_key_.find(key);
  return at == by_key_.end() ? nullptr : &catalog_->objects[at->second];
}

std::span<const CatalogObject* const> CatalogIndex::owned(const CatalogObject& object) const {
  return owned_[place(object)];
}

std::string_view part_name(const CatalogObject& part, const CatalogObject& owner) {
  return std::string_view(part.identity).substr(owner.identity.size() + 1);
}

}  // namespace whimbrel
