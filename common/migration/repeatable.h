// The order of repeatable migrations: that of their real dependencies, which only the engine knows. One that
// misses an object waits until the others have run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/error.h"
#include "common/migration/plan.h"

namespace whimbrel {

enum class Attempt : std::uint8_t { done, later, stopped };

// An object that another repeatable migration may still make, or that one still uses.
bool may_pass_later(const Error& error);

// attempt(migration, may_wait) runs one; `later` may be its answer only when it may wait. Ends with the first
// one that is stopped.
template <typename Try>
void run_repeatable(std::span<const PlannedMigration> plan, Try&& attempt) {
  std::vector<const PlannedMigration*> waiting;
  for (const PlannedMigration& one : plan) waiting.push_back(&one);
  while (!waiting.empty()) {
    std::vector<const PlannedMigration*> later;
    for (const PlannedMigration* one : waiting) {
      const Attempt result = attempt(*one, true);
      if (result == Attempt::stopped) return;
      if (result == Attempt::later) later.push_back(one);
    }
    if (later.size() == waiting.size()) {  // no one made what another needs: let it fail
      attempt(*later.front(), false);
      return;
    }
    waiting = std::move(later);
  }
}

}  // namespace whimbrel
