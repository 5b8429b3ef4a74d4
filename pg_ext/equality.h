// The condition under which two values of a type count as the same: what its unique indexes mean by it.
#pragma once

#include <string>
#include <vector>

#include "pg_ext/value_type.h"

namespace whimbrel::pg {

// SQL for "left equals right", whatever the search_path is. Throws kUnsupported for a type without an
// equality.
std::string equality(const ValueType& type, const std::string& left, const std::string& right);
// The same for "left equals one of these", of which there is one at least.
std::string equality_with_one_of(const ValueType& type, const std::string& left,
                                 const std::vector<std::string>& values);

}  // namespace whimbrel::pg
