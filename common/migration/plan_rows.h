// migrate_plan: every statement that would run, with what can hurt in it.
#pragma once

#include <string>
#include <vector>

#include "common/migration/hazard.h"
#include "common/migration/plan.h"

namespace whimbrel {

struct PlannedStatement {
  const PlannedMigration* migration = nullptr;
  std::int64_t ordinal = 0;  // within its migration, from 1
  std::int64_t line = 0;
  std::string_view sql;
  bool transactional = true;
  std::vector<Hazard> hazards;
};

// In the order of the run. The statements point into `plan`.
std::vector<PlannedStatement> list_statements(Host& host, const std::vector<PlannedMigration>& plan);

}  // namespace whimbrel
