#include "pg_ext/integer_places.h"

#include <string>

#include "pg_ext/guard.h"
#include "pg_ext/value_shape.h"

namespace whimbrel::pg {

namespace {

using Shape = IntegerPlaces::Shape;

IntegerPlaces places_of(const ValueShape& shape) {
  IntegerPlaces places;
  if (shape.type.kind == ValueKind::int8) places.shape = Shape::integer;
  if (shape.type.kind == ValueKind::array) {
    places.parts.push_back(places_of(*shape.element));
    if (places.parts.front().any()) places.shape = Shape::array;
  }
  if (shape.type.kind != ValueKind::composite) return places;
  for (std::size_t i = 0; i < shape.attribute_count; ++i) {
    const ShapeAttribute& attribute = shape.attributes[i];
    IntegerPlaces part = places_of(attribute.shape);
    if (!part.any()) continue;
    places.shape = Shape::composite;
    places.keys.push_back((key_is_escaped(attribute.name) ? "$" : "") + std::string(attribute.name));
    places.parts.push_back(std::move(part));
  }
  return places;
}

}  // namespace

IntegerPlaces integer_places(const Table& table, std::size_t column) {
  const char* const name = table.columns[column].name.c_str();
  const Oid relation = static_cast<Oid>(table.host_id);
  struct Found {
    MemoryContext memory;
    ValueShape shape;
  };
  const Found found = pg_call([&] {
    Found made{};
    made.memory = AllocSetContextCreate(CurrentMemoryContext, "whimbrel shape", ALLOCSET_SMALL_SIZES);
    const AttrNumber number = get_attnum(relation, name);
    if (number != InvalidAttrNumber)
      made.shape = describe_shape(get_atttype(relation, number), -1, made.memory);
    return made;
  });
  IntegerPlaces places = places_of(found.shape);
  pg_call([&] { MemoryContextDelete(found.memory); });
  return places;
}

}  // namespace whimbrel::pg
