#include "pg_ext/value_shape.h"

namespace whimbrel::pg {

namespace {

template <typename Value>
Value* allocate(MemoryContext memory, std::size_t count) {
  return static_cast<Value*>(MemoryContextAllocZero(memory, std::max<std::size_t>(count, 1) * sizeof(Value)));
}

// Types whose own receive function refuses some of their values: xml's by the setting xmloption, the vectors'
// where they are empty, and so the queries' of newer servers.
bool is_choosy(Oid type) {
  return type == XMLOID || type == OIDVECTOROID || type == INT2VECTOROID || type == TSQUERYOID;
}

// Whether the type itself can be sent and received.
bool has_functions(Oid type) {
  HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for type %u", type);
  const Form_pg_type row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
  const bool both = OidIsValid(row->typsend) && OidIsValid(row->typreceive) && !is_choosy(type);
  const char kind = row->typtype;
  ReleaseSysCache(tuple);
  if (!both) return false;
  if (kind == TYPTYPE_RANGE) return has_functions(getBaseType(get_range_subtype(type)));
  if (kind == TYPTYPE_MULTIRANGE) return has_functions(get_multirange_range(type));
  return true;
}

void describe_attributes(ValueShape& shape, MemoryContext memory) {
  const TupleDesc descriptor = lookup_rowtype_tupdesc(shape.type.base, -1);
  auto* const attributes = allocate<ShapeAttribute>(memory, static_cast<std::size_t>(descriptor->natts));
  for (int i = 0; i < descriptor->natts; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(descriptor, i);
    if (attribute->attisdropped) continue;
    ShapeAttribute& described = attributes[shape.attribute_count++];
    described.name = MemoryContextStrdup(memory, NameStr(attribute->attname));
    described.shape = describe_shape(attribute->atttypid, attribute->atttypmod, memory);
    shape.binary = shape.binary && described.shape.binary;
  }
  ReleaseTupleDesc(descriptor);
  shape.attributes = attributes;
}

}  // namespace

ValueShape describe_shape(Oid type, std::int32_t modifier, MemoryContext memory) {
  check_stack_depth();
  ValueShape shape;
  shape.type = describe_type(type, modifier);
  shape.binary = has_functions(shape.type.base);
  if (shape.type.kind == ValueKind::array) {
    auto* const element = allocate<ValueShape>(memory, 1);
    *element = describe_shape(shape.type.element, -1, memory);
    shape.binary = shape.binary && element->binary;
    shape.element = element;
  } else if (shape.type.kind == ValueKind::composite) {
    describe_attributes(shape, memory);
  }
  return shape;
}

}  // namespace whimbrel::pg
