#include "common/schema/catalog.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace whimbrel {

const CatalogObject* Catalog::find(std::string_view kind, std::string_view identity) const {
  const auto wanted = std::tie(kind, identity);
  const auto at = std::lower_bound(
      objects.begin(), objects.end(), wanted, [](const CatalogObject& object, const auto& key) {
        return std::tuple<std::string_view, std::string_view>(object.kind, object.identity) < key;
      });
  return at != objects.end() && at->kind == kind && at->identity == identity ? &*at : nullptr;
}

const std::string* CatalogObject::find(std::string_view property) const {
  for (const Property& one : properties)
    if (one.name == property) return &one.value;
  return nullptr;
}

std::string_view CatalogObject::get(std::string_view property) const {
  const std::string* value = find(property);
  return value == nullptr ? std::string_view() : *value;
}

void sort_catalog(Catalog& catalog) {
  // Places are moved, not objects, and kinds compared once.
  std::map<std::string_view, std::uint32_t> kinds;
  for (const CatalogObject& object : catalog.objects) kinds.emplace(object.kind, 0);
  std::uint32_t count = 0;
  for (auto& [kind, rank] : kinds) rank = count++;
  struct Entry {
    std::uint32_t kind;
    std::uint32_t place;
  };
  std::vector<Entry> order;
  order.reserve(catalog.objects.size());
  for (const CatalogObject& object : catalog.objects)
    order.push_back({kinds.find(object.kind)->second, static_cast<std::uint32_t>(order.size())});
  std::sort(order.begin(), order.end(), [&](const Entry& a, const Entry& b) {
    if (a.kind != b.kind) return a.kind < b.kind;
    const CatalogObject &one = catalog.objects[a.place], &other = catalog.objects[b.place];
    return std::tie(one.identity, one.owner) < std::tie(other.identity, other.owner);
  });
  std::vector<CatalogObject> sorted;
  sorted.reserve(order.size());
  for (const Entry& entry : order) sorted.push_back(std::move(catalog.objects[entry.place]));
  catalog.objects = std::move(sorted);
}

bool holds_rows(const CatalogObject& object) {
  return object.kind == "table" || object.kind == "foreign table" || object.kind == "materialized view" ||
         object.kind == "virtual table";
}

}  // namespace whimbrel
