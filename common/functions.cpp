#include "common/migration/functions.h"

#include <vector>

#include "common/bundle/functions.h"
#include "common/complete/functions.h"
#include "common/function.h"
#include "common/move/functions.h"
#include "common/schema/functions.h"
#include "common/transfer/functions.h"
#include "common/version.h"

namespace whimbrel {

namespace {

constexpr ResultColumn kVersionColumns[] = {{"whimbrel_version", SqlType::text}};

void run_version(Call& call) {
  const Cell row[] = {Cell::text(kVersionText)};
  call.rows.emit(row);
}

constexpr Function kVersionFunction[] = {
    {"whimbrel_version", {}, kVersionColumns, Effect::reads, run_version}};

}  // namespace

std::span<const Function> functions() {
  static const std::vector<Function> all = [] {
    std::vector<Function> list;
    for (auto part :
         {migration_run_functions(), migration_undo_functions(), migration_upkeep_functions(),
          migration_status_functions(), migration_check_functions(), migration_registry_functions(),
          migration_adopt_functions(), export_functions(), transfer_functions(), transfer_rule_functions(),
          schema_functions(), complete_functions(), bundle_functions(), move_functions(),
          std::span<const Function>(kVersionFunction)})
      list.insert(list.end(), part.begin(), part.end());
    return list;
  }();
  return all;
}

}  // namespace whimbrel
