// The condition under which two values of a type count as the same: what its unique indexes mean by it.
#pragma once

#include <string>

#include "pg_ext/value_type.h"

namespace whimbrel::pg {

// SQL for "left equals right", whatever the search_path is. Throws kUnsupported for a type without an
// equality.
std::string equality(const ValueType& type, const std::string& left, const std::string& right);

}  // namespace whimbrel::pg
