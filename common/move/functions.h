// The SQL functions of this folder.
#pragma once

#include <span>

#include "common/function.h"

namespace whimbrel {

std::span<const Function> move_functions();

}  // namespace whimbrel
