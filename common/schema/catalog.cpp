#include "common/schema/catalog.h"

#include <algorithm>
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
  std::sort(catalog.objects.begin(), catalog.objects.end(),
            [](const CatalogObject& a, const CatalogObject& b) {
              return std::tie(a.kind, a.identity, a.owner) < std::tie(b.kind, b.identity, b.owner);
            });
}

bool holds_rows(const CatalogObject& object) {
  return object.kind == "table" || object.kind == "foreign table" || object.kind == "materialized view" ||
         object.kind == "virtual table";
}

}  // namespace whimbrel
