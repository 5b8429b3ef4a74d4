// What a column of PostgreSQL has that its name and type do not say: what comes with the domain that it is
// of, and how its text compares.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/schema/index.h"
#include "common/schema/model.h"

namespace whimbrel::move {

enum class Comparison : std::uint8_t {
  bytes,   // equal where the bytes are, whatever the order
  nocase,  // as the collation does that stands for COLLATE NOCASE
  other,   // otherwise than any collation of SQLite
};

struct ColumnFacts {
  std::string base;                          // the type without the domains around it
  bool not_null = false;                     // the column or a domain
  std::string_view by_default;               // of the column, or of a domain
  std::vector<const CatalogObject*> checks;  // of the domains
  Comparison comparison = Comparison::bytes;
  std::string_view collation;  // its identity; empty: the database's
};

// `fact`: what the catalog has of the column; nullptr: nothing.
ColumnFacts column_facts(const CatalogIndex& index, const Column& column, const CatalogObject* fact);

// How text compares under a collation.
Comparison comparison_of(const CatalogIndex& index, std::string_view collation);

// The domain of this type; nullptr: it is none.
const CatalogObject* domain_of(const CatalogIndex& index, std::string_view type);

}  // namespace whimbrel::move
