// A JSON array in the document's encoding as the text that array_in() reads: {1,NULL,"a b"}, [5:6]={7,8}.
#pragma once

#include <string_view>

#include "common/json/writer.h"

namespace whimbrel::pg {

// Appends to `out`; false when the value is neither an array nor {"$array":…}, or an element is an object
// that is no known tag. Throws kInvalidJson for what is not JSON.
// Elements stand apart by `delimiter`, the type's own.
bool write_array_literal(json::Buffer& out, std::string_view text, char delimiter);

}  // namespace whimbrel::pg
