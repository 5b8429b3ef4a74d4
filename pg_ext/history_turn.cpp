#include "pg_ext/history_turn.h"

#include <algorithm>
#include <vector>

#include "common/error.h"

namespace whimbrel::pg {

namespace {

// Calls nest: the last one ends first.
std::vector<Oid>& schemas() {
  static std::vector<Oid> taken;
  return taken;
}

}  // namespace

HistoryTurn::HistoryTurn(Oid schema) {
  std::vector<Oid>& taken = schemas();
  if (std::find(taken.begin(), taken.end(), schema) != taken.end())
    throw Error(code::kInvalidCall, "migrations cannot be run, undone or recorded inside a migration",
                "A call of this session is at work on the same history.",
                "Call the function by a statement of its own, not from the SQL of a migration.");
  taken.push_back(schema);
}

HistoryTurn::~HistoryTurn() { schemas().pop_back(); }

}  // namespace whimbrel::pg
