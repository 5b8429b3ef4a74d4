// What PostgreSQL surely makes of an expression that expression.h wrote: its operators want types, and no
// server is at hand to try. What is not understood is not proven.
#pragma once

#include <string_view>

#include "common/move/expression.h"

namespace whimbrel::move {

// Whether it is a condition, as a check and the WHERE of an index want one.
bool is_surely_condition(std::string_view sql, const NameScope& scope);
// Whether an index may be over it.
bool is_surely_value(std::string_view sql, const NameScope& scope);
// Whether a column of this type takes it.
bool surely_fits(std::string_view sql, const NameScope& scope, std::string_view type);

}  // namespace whimbrel::move
