// Which of two numbers is the greater, whatever their spelling and whatever type holds them.
#pragma once

#include "common/value.h"

namespace whimbrel {

// Whether the cell is one of those that compare_numbers() takes.
bool is_number(const Cell& cell);

// <0, 0, >0, by the exact values: 9.5 < 10 = 10.0 < 1e2. A double has the value of its shortest text. NaN is
// the same as itself and greater than all others, as in PostgreSQL.
int compare_numbers(const Cell& a, const Cell& b);

}  // namespace whimbrel
