#include "pg_ext/named_relation.h"

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// Inside pg_call.
Oid relation_of(const RangeVar* range) {
  if (range->schemaname == nullptr) return RangeVarGetRelid(range, NoLock, true);
  const Oid schema = LookupNamespaceNoError(range->schemaname);
  return OidIsValid(schema) ? get_relname_relid(range->relname, schema) : InvalidOid;
}

}  // namespace

std::string quote(const char* name) {
  return std::string(pg_call([=] { return static_cast<const char*>(::quote_identifier(name)); }));
}

RelationName name_of(const RangeVar* range) {
  RelationName name;
  name.oid = pg_call([=] { return relation_of(range); });
  const Oid oid = name.oid;
  const char* schema = pg_call([=] {
    const List* path = fetch_search_path(false);
    const Oid place = OidIsValid(oid) ? get_rel_namespace(oid)
                      : path == NIL   ? InvalidOid
                                      : linitial_oid(path);
    const char* found =
        OidIsValid(oid) || range->schemaname == nullptr ? get_namespace_name(place) : range->schemaname;
    return found == nullptr ? "public" : found;  // gone meanwhile
  });
  name.schema = quote(schema);
  name.identity = name.schema + "." + quote(range->relname);
  name.only = !range->inh;
  return name;
}

RelationName name_of(Oid oid) {
  RelationName name;
  name.oid = oid;
  struct Parts {
    const char *schema, *table;
  };
  const Parts parts = pg_call([=] {
    return Parts{get_namespace_name(get_rel_namespace(oid)), get_rel_name(oid)};
  });
  if (parts.schema == nullptr || parts.table == nullptr)
    throw Error(code::kLocked, "a table was dropped while it was looked at", {}, "Call it again.");
  name.schema = quote(parts.schema);
  name.identity = name.schema + "." + quote(parts.table);
  return name;
}

}  // namespace whimbrel::pg
