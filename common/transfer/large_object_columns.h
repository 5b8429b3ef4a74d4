// Large objects, which rows do not have: columns hold their numbers only.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/transfer/export_plan.h"

namespace whimbrel {

// A sentence that counts them and names the columns, where the database has large objects that who takes
// these tables would expect: for their columns, or since it is everything. Else empty.
std::string large_objects_left_out(Host& host, std::span<const TablePlan> tables, bool takes_all);

// A warning of it; `way` leads to what takes them.
void tell_large_objects(Host& host, std::span<const TablePlan> tables, bool takes_all, std::string_view way);

}  // namespace whimbrel
