// The SQL functions about whole schemas.
#pragma once

#include <span>

#include "common/function.h"

namespace whimbrel {

std::span<const Function> schema_functions();

}  // namespace whimbrel
