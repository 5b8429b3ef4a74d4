// The SQL functions of this folder: names, parameters, result columns.
#pragma once

#include <span>

#include "common/function.h"

namespace whimbrel {

std::span<const Function> bundle_functions();

}  // namespace whimbrel
