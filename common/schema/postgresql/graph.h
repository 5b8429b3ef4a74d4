// The steps that make a schema, in an order in which each finds what it needs. Most objects are one step;
// some are several: a type is a shell before the functions that it is made with, a view in a cycle is made as
// a dummy first, a sequence gets its owner when the table is
// there, an index of a partition is attached when both are.
#pragma once

#include <string>
#include <vector>

#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

enum class StepKind { create, dummy, column_default, check, owned_by, attach, row_security, shell };

struct Step {
  StepKind kind;
  const CatalogObject* about;
};

struct Steps {
  std::vector<Step> sequence;
  std::vector<std::string> cycles;       // objects that need each other, as keys: not solved
  std::vector<std::string> not_written;  // chosen, with the reason: "index public.i, which is not valid"
};

// Of the chosen objects. Puts into `writer` what the solution of cycles separates.
Steps make_steps(Writer& writer, const std::vector<bool>& chosen);

}  // namespace whimbrel::postgresql
