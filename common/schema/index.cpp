#include "common/schema/index.h"

#include <algorithm>
#include <bit>

namespace whimbrel {

namespace {

// FNV-1a: the bytes of a key come in pieces.
constexpr std::uint64_t kSeed = 14695981039346656037ULL;
std::uint64_t hash(std::string_view text, std::uint64_t seed = kSeed) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return seed;
}

bool has_key(const CatalogObject& object, std::string_view key) {
  return key.size() == object.kind.size() + 1 + object.identity.size() && key.starts_with(object.kind) &&
         key[object.kind.size()] == ' ' && key.ends_with(object.identity);
}

}  // namespace

CatalogIndex::CatalogIndex(const Catalog& catalog)
    : catalog_(&catalog),
      owners_(catalog.objects.size()),
      owned_(catalog.objects.size()),
      first_need_(catalog.objects.size() + 1) {
  const auto& objects = catalog.objects;
  slots_.resize(std::bit_ceil(objects.size() * 2 + 1));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::uint64_t key = hash(objects[i].identity, hash(" ", hash(objects[i].kind)));
    std::size_t slot = key & (slots_.size() - 1);
    while (slots_[slot].place != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = {static_cast<std::uint32_t>(key >> 32), static_cast<std::uint32_t>(i + 1)};
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    first_need_[i] = needs_.size();
    for (const std::string& key : objects[i].dependencies)
      if (const CatalogObject* needed = find(key)) needs_.push_back(needed);
    if (objects[i].owner.empty()) continue;
    owners_[i] = find(objects[i].owner);
    if (owners_[i] != nullptr) owned_[place(*owners_[i])].push_back(&objects[i]);
  }
  first_need_.back() = needs_.size();
  for (auto& list : owned_)
    std::stable_sort(list.begin(), list.end(), [](const CatalogObject* a, const CatalogObject* b) {
      const auto place = [](const CatalogObject* o) { return o->position == 0 ? UINT32_MAX : o->position; };
      return place(a) < place(b);
    });
}

const CatalogObject* CatalogIndex::find(std::string_view key) const {
  const std::uint64_t hashed = hash(key);
  for (std::size_t slot = hashed & (slots_.size() - 1); slots_[slot].place != 0;
       slot = (slot + 1) & (slots_.size() - 1)) {
    const CatalogObject& object = catalog_->objects[slots_[slot].place - 1];
    if (slots_[slot].hash == static_cast<std::uint32_t>(hashed >> 32) && has_key(object, key)) return &object;
  }
  return nullptr;
}

std::string_view part_name(const CatalogObject& part, const CatalogObject& owner) {
  return std::string_view(part.identity).substr(owner.identity.size() + 1);
}

}  // namespace whimbrel
