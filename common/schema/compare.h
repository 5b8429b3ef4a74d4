// The difference between two catalogs of one engine, told in terms of whole objects: what was created,
// altered, dropped. A changed column or constraint is an alteration of its table; the parts of an object that
// came or went are not told one by one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/schema/catalog.h"

namespace whimbrel {

enum class ChangeKind : std::uint8_t { created, altered, dropped };

struct CatalogChange {
  ChangeKind kind;
  std::string object;  // "table public.users"
  std::string detail;  // altered: what differs, one part or property per line; else empty
};

// Created ones first, then altered, then dropped, each sorted by name. Empty when both are the same.
std::vector<CatalogChange> compare_catalogs(const Catalog& before, const Catalog& after);

// "created", "altered", "dropped"
std::string_view name_of(ChangeKind kind);

}  // namespace whimbrel
