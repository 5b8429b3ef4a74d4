// The SQL functions of this folder: names, parameters, result columns.
#pragma once

#include <span>

#include "common/function.h"

namespace whimbrel {

std::span<const Function> export_functions();
std::span<const Function> transfer_functions();
std::span<const Function> transfer_rule_functions();

}  // namespace whimbrel
