// One scalar as a JSON value, wherever it stands alone: an element of an array, a value of a result.
// RowWriter has its own loop for the values of a table's rows, which knows their room beforehand.
#pragma once

#include "common/json/writer.h"
#include "common/value.h"

namespace whimbrel {

// Appends the value; false, and nothing appended, for what has no plain form of its own or one that depends
// on where it stands: null, numbers that are not finite, bytes, odd text, documents.
bool write_scalar(json::Buffer& out, const Cell& cell);

}  // namespace whimbrel
