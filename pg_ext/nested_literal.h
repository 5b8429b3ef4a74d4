// Arrays and composite values in the document's encoding as the texts that array_in() and record_in() read:
// {1,NULL,"a b"}, [5:6]={7,8}, (1,"a b",). What stands in them is quoted once more with each level.
#pragma once

#include <string_view>

#include "common/json/writer.h"
#include "pg_ext/value_shape.h"

namespace whimbrel::pg {

// Appends the text of `json`, an array, {"$array":…} or an object by attribute, to `out`; false when it is
// none that the type can hold. Throws kInvalidJson for what is not JSON, kWrongType for attributes that the
// type lacks or that stand twice.
bool write_nested_literal(json::Buffer& out, std::string_view json, const ValueShape& shape);

// The text that the type's input function reads for a string of the document: for most types the same.
void append_input_text(json::Buffer& out, std::string_view text, ValueKind kind);

}  // namespace whimbrel::pg
