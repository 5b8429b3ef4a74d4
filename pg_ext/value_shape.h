// What a PostgreSQL type consists of, down to its leaves: the elements of arrays and the attributes of
// composite types. Nothing here reads or writes a value.
#pragma once

#include "pg_ext/value_type.h"

namespace whimbrel::pg {

struct ShapeAttribute;

struct ValueShape {
  ValueType type;
  const ValueShape* element = nullptr;         // of an array
  const ShapeAttribute* attributes = nullptr;  // of a composite, those that are not dropped
  std::size_t attribute_count = 0;
  bool binary = false;  // whether each part has a binary form that depends on no setting
};

struct ShapeAttribute {
  const char* name;  // UTF-8
  ValueShape shape;
};

// Looks into the catalog, inside pg_call; what it points to is in `memory`.
ValueShape describe_shape(Oid type, std::int32_t modifier, MemoryContext memory);

// In a document an attribute's key has one $ more in front when its name begins with one: such keys are the
// format's own.
inline bool key_is_escaped(std::string_view attribute) { return attribute.starts_with('$'); }

}  // namespace whimbrel::pg
