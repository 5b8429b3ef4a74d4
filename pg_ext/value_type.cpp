#include "pg_ext/value_type.h"

namespace whimbrel::pg {

namespace {

ValueKind kind_by_oid(Oid type) {
  switch (type) {
    case INT2OID:
      return ValueKind::int2;
    case INT4OID:
      return ValueKind::int4;
    case INT8OID:
      return ValueKind::int8;
    case OIDOID:
      return ValueKind::oid;
    case BOOLOID:
      return ValueKind::boolean;
    case FLOAT4OID:
      return ValueKind::float4;
    case FLOAT8OID:
      return ValueKind::float8;
    case NUMERICOID:
      return ValueKind::numeric;
    case TEXTOID:
    case VARCHAROID:
    case BPCHAROID:
      return ValueKind::text;
    case NAMEOID:
      return ValueKind::name;
    case CHAROID:
      return ValueKind::single_char;
    case BYTEAOID:
      return ValueKind::bytea;
    case DATEOID:
      return ValueKind::date;
    case TIMEOID:
      return ValueKind::time;
    case TIMESTAMPOID:
      return ValueKind::timestamp;
    case TIMESTAMPTZOID:
      return ValueKind::timestamptz;
    case UUIDOID:
      return ValueKind::uuid;
    case INTERVALOID:
      return ValueKind::interval;
    case JSONOID:
      return ValueKind::json;
    case JSONBOID:
      return ValueKind::jsonb;
    default:
      return ValueKind::other;
  }
}

}  // namespace

ValueType describe_type(Oid type, std::int32_t modifier) {
  ValueType result;
  result.declared = type;
  result.modifier = modifier;
  result.base = getBaseTypeAndTypmod(type, &result.modifier);
  get_typlenbyvalalign(result.base, &result.length, &result.by_value, &result.alignment);
  result.kind = kind_by_oid(result.base);
  if (result.kind != ValueKind::other) return result;

  HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(result.base));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for type %u", result.base);
  const Form_pg_type row = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
  if (row->typtype == TYPTYPE_ENUM)
    result.kind = ValueKind::enumeration;
  else if (row->typtype == TYPTYPE_COMPOSITE)
    result.kind = ValueKind::composite;
  else if (IsTrueArrayType(row) && result.base != INT2VECTOROID && result.base != OIDVECTOROID)
    result.kind = ValueKind::array, result.element = row->typelem, result.delimiter = row->typdelim;
  else if (row->typlen == -1 && row->typtype == TYPTYPE_BASE && strcmp(NameStr(row->typname), "citext") == 0)
    result.kind = ValueKind::text;
  ReleaseSysCache(tuple);
  return result;
}

Kind kind_of(const ValueType& type) {
  switch (type.kind) {
    case ValueKind::int2:
    case ValueKind::int4:
    case ValueKind::int8:
    case ValueKind::oid:
      return Kind::integer;
    case ValueKind::boolean:
      return Kind::boolean;
    case ValueKind::float4:
    case ValueKind::float8:
      return Kind::real;
    case ValueKind::numeric:
      return Kind::numeric;
    case ValueKind::text:
    case ValueKind::name:
      return Kind::text;
    case ValueKind::bytea:
      return Kind::bytes;
    case ValueKind::date:
      return Kind::date;
    case ValueKind::time:
      return Kind::time;
    case ValueKind::timestamp:
      return Kind::timestamp;
    case ValueKind::timestamptz:
      return Kind::timestamptz;
    case ValueKind::uuid:
      return Kind::uuid;
    case ValueKind::json:
      return Kind::json;
    case ValueKind::jsonb:
      return Kind::jsonb;
    case ValueKind::array:
      return Kind::array;
    case ValueKind::composite:
      return Kind::composite;
    case ValueKind::single_char:
    case ValueKind::interval:
    case ValueKind::enumeration:
    case ValueKind::other:
      return Kind::other;
  }
  return Kind::other;
}

}  // namespace whimbrel::pg
