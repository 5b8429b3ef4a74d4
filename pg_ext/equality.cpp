#include "pg_ext/equality.h"

#include "common/error.h"
#include "common/host.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

std::string equality(const ValueType& type, const std::string& left, const std::string& right) {
  struct Names {
    const char *schema, *name, *type;
  };
  const Names names = pg_call([&] {
    Names found{nullptr, nullptr, format_type_be(type.declared)};
    const Oid number = lookup_type_cache(type.declared, TYPECACHE_EQ_OPR)->eq_opr;
    HeapTuple tuple = OidIsValid(number) ? SearchSysCache1(OPEROID, ObjectIdGetDatum(number))
                                         : static_cast<HeapTuple>(nullptr);
    if (!HeapTupleIsValid(tuple)) return found;
    const Form_pg_operator row = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
    found.schema = get_namespace_name(row->oprnamespace);
    found.name = pstrdup(NameStr(row->oprname));
    ReleaseSysCache(tuple);
    return found;
  });
  if (names.schema == nullptr)
    throw Error(code::kUnsupported, std::string("values of type ") + names.type + " cannot be compared",
                "The type has no equality operator.");
  return left + " OPERATOR(" + quote_identifier(names.schema) + "." + names.name + ") " + right;
}

std::string equality_with_one_of(const ValueType& type, const std::string& left,
                                 const std::vector<std::string>& values) {
  std::string list;
  // An array of arrays would be one of their elements.
  if (type.kind == ValueKind::array) {
    const std::string equal = equality(type, left, "");
    for (const std::string& value : values) (list += list.empty() ? "" : " OR ") += equal + value;
    return "(" + list + ")";
  }
  for (const std::string& value : values) (list += list.empty() ? "" : ", ") += value;
  const Oid declared = type.declared;
  const std::string name =
      pg_call([declared] { return static_cast<const char*>(format_type_be_qualified(declared)); });
  return equality(type, left, "ANY (ARRAY[" + list + "]::" + name + "[])");
}

}  // namespace whimbrel::pg
