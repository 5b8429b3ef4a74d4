#include "pg_ext/access.h"

#include "common/error.h"
#include "pg_ext/compat.h"

namespace whimbrel::pg {

Relation open_table(const Table& table, LOCKMODE lock) {
  const Relation relation = try_table_open(static_cast<Oid>(table.host_id), lock);
  if (relation != nullptr && table.name == RelationGetRelationName(relation)) return relation;
  throw Error(code::kUnknownTable, "table \"" + table.display_name() + "\" is not there any more",
              "It was dropped or renamed while the call was at work.");
}

void check_not_rewritten(Relation relation, bool read_only) {
  // Made in this transaction: nobody else can reach it, and our own snapshot may be older.
  if (relation->rd_createSubid != InvalidSubTransactionId) return;
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_class_oid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(RelationGetRelid(relation)));
  const Relation catalog = table_open(RelationRelationId, AccessShareLock);
  // What the call itself has made or truncated is there in the snapshot that its rows are read in.
  if (!read_only) CommandCounterIncrement();
  const Snapshot snapshot = RegisterSnapshot(read_only ? GetActiveSnapshot() : GetTransactionSnapshot());
  const SysScanDesc scan = systable_beginscan(catalog, ClassOidIndexId, true, snapshot, 1, &key);
  const HeapTuple tuple = systable_getnext(scan);
  const bool same =
      HeapTupleIsValid(tuple) &&
      reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relfilenode == relation->rd_rel->relfilenode;
  systable_endscan(scan);
  UnregisterSnapshot(snapshot);
  table_close(catalog, AccessShareLock);
  if (same) return;
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                  errmsg("table \"%s\" was truncated or rewritten by another transaction",
                         RelationGetRelationName(relation)),
                  errdetail("That happened after the snapshot was taken in which its rows are read; in it "
                            "they cannot be seen any more."),
                  errhint("Call the function again.")));
}

AttrNumber attribute_number(Relation relation, const char* name) {
  const TupleDesc shape = RelationGetDescr(relation);
  for (int i = 0; i < shape->natts; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(shape, i);
    if (!attribute->attisdropped && namestrcmp(&attribute->attname, name) == 0) return attribute->attnum;
  }
  throw Error(code::kUnknownColumn, "table \"" + std::string(RelationGetRelationName(relation)) +
                                        "\" has no column \"" + name + "\"");
}

void check_schema_usage(Relation relation) {
  const Oid schema = RelationGetNamespace(relation);
  const AclResult result = check_schema_access(schema, GetUserId(), ACL_USAGE);
  if (result != ACLCHECK_OK) aclcheck_error(result, OBJECT_SCHEMA, get_namespace_name(schema));
}

void check_select_privilege(Relation relation, std::span<const AttrNumber> attributes) {
  check_schema_usage(relation);
  const Oid oid = RelationGetRelid(relation);
  if (pg_class_aclcheck(oid, GetUserId(), ACL_SELECT) == ACLCHECK_OK) return;
  bool allowed = !attributes.empty();
  for (const AttrNumber attribute : attributes)
    allowed = allowed && pg_attribute_aclcheck(oid, attribute, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
  if (!allowed) aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(relation));
}

ParseState* check_insert(Relation relation, List* attributes) {
  ParseState* state = make_parsestate(nullptr);
  ParseNamespaceItem* item =
      addRangeTableEntryForRelation(state, relation, RowExclusiveLock, nullptr, false, false);
  check_schema_usage(relation);
  check_insert_privilege(state, item, attributes);
  if (XactReadOnly && !relation->rd_islocaltemp) PreventCommandIfReadOnly("COPY FROM");
  return state;
}

bool owns(Oid relation) {
  HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
  if (!HeapTupleIsValid(tuple)) return false;
  const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
  ReleaseSysCache(tuple);
  return has_privs_of_role(GetUserId(), owner);
}

void require_owner(Relation relation) {
  if (!owns(RelationGetRelid(relation)))
    aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(relation->rd_rel->relkind),
                   RelationGetRelationName(relation));
}

void lock_against_writers(Oid relation) {
  const Oid role = GetUserId();
  const AclMode writing = ACL_INSERT | ACL_UPDATE;
  if (pg_class_aclmask(relation, role, writing, ACLMASK_ANY) == 0 &&
      pg_attribute_aclcheck_all(relation, role, writing, ACLMASK_ANY) != ACLCHECK_OK)
    aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relation));
  LockRelationOid(relation, ShareRowExclusiveLock);
  if (get_rel_relkind(relation) == RELKIND_PARTITIONED_TABLE)
    list_free(find_all_inheritors(relation, ShareRowExclusiveLock, nullptr));
}

bool row_security_applies(Oid relation) {
  return check_enable_rls(relation, InvalidOid, true) == RLS_ENABLED;
}

}  // namespace whimbrel::pg
