// Statements of the form `CREATE … (A = x, B = y)`: a table of clauses, filled from properties.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/schema/catalog.h"

namespace whimbrel::postgresql {

enum class ClauseForm : std::uint8_t {
  value,   // KEYWORD = value
  quoted,  // KEYWORD = 'value'
  flag,    // KEYWORD
};

struct Clause {
  std::string_view property;
  std::string_view keyword;
  ClauseForm form = ClauseForm::value;
};

// Those whose property the object has, in the table's order, with ", " between them.
std::string clauses(const CatalogObject& object, std::span<const Clause> table);

}  // namespace whimbrel::postgresql
