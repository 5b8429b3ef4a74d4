// The SQL functions of this folder: names, parameters, result columns. A list for each source file of theirs.
#pragma once

#include <span>

#include "common/function.h"

namespace whimbrel {

std::span<const Function> migration_run_functions();
std::span<const Function> migration_undo_functions();
std::span<const Function> migration_upkeep_functions();
std::span<const Function> migration_status_functions();
std::span<const Function> migration_check_functions();
std::span<const Function> migration_registry_functions();
std::span<const Function> migration_adopt_functions();

}  // namespace whimbrel
