// What differs between PostgreSQL 15, 16, 17 and 18, in one place. No other file may ask for PG_VERSION_NUM.
#pragma once

#include <string_view>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

inline AclResult check_schema_access(Oid schema, Oid role, AclMode mode) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(NamespaceRelationId, schema, role, mode);
#else
  return pg_namespace_aclcheck(schema, role, mode);
#endif
}

// Writes down that the statement inserts into these columns (attribute numbers) and checks the privileges,
// with the server's own error, as COPY FROM does.
inline void check_insert_privilege(ParseState* parse_state, ParseNamespaceItem* item, List* attributes) {
#if PG_VERSION_NUM >= 160000
  RTEPermissionInfo* info = item->p_perminfo;
#else
  RangeTblEntry* info = item->p_rte;
#endif
  info->requiredPerms = ACL_INSERT;
  for (int i = 0; i < list_length(attributes); ++i)
    info->insertedCols =
        bms_add_member(info->insertedCols, list_nth_int(attributes, i) - FirstLowInvalidHeapAttributeNumber);
#if PG_VERSION_NUM >= 160000
  ExecCheckPermissions(parse_state->p_rtable, list_make1(info), true);
#else
  ExecCheckRTPerms(parse_state->p_rtable, true);
#endif
}

// SQL: whether the constraint `k` of pg_constraint is enforced.
#if PG_VERSION_NUM >= 180000
inline constexpr std::string_view kIsEnforced = "k.conenforced";
#else
inline constexpr std::string_view kIsEnforced = "true";
#endif

// A type by its name as SQL has it; raises the server's error where there is none.
inline void read_type(const char* name, Oid* type, int32* limit) {
#if PG_VERSION_NUM >= 160000
  parseTypeString(name, type, limit, nullptr);
#else
  parseTypeString(name, type, limit, false);
#endif
}

// Whether a foreign key is a temporal one.
inline bool has_period([[maybe_unused]] Oid constraint) {
#if PG_VERSION_NUM >= 180000
  const HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
  if (!HeapTupleIsValid(tuple)) return false;
  const bool period = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple))->conperiod;
  ReleaseSysCache(tuple);
  return period;
#else
  return false;
#endif
}

// The same of one that a statement adds.
inline bool adds_period([[maybe_unused]] const Constraint& constraint) {
#if PG_VERSION_NUM >= 180000
  return constraint.fk_with_period;
#else
  return false;
#endif
}

// Whether a generated column is computed when it is read: no row has its value.
inline bool is_virtual([[maybe_unused]] const Constraint& generated) {
#if PG_VERSION_NUM >= 180000
  return generated.generated_kind == ATTRIBUTE_GENERATED_VIRTUAL;
#else
  return false;
#endif
}

// Into all indexes of the table; the ones whose uniqueness has to be checked again later.
inline List* insert_index_tuples(ResultRelInfo* result, TupleTableSlot* slot, EState* state) {
#if PG_VERSION_NUM >= 160000
  return ExecInsertIndexTuples(result, slot, state, false, false, nullptr, NIL, false);
#else
  return ExecInsertIndexTuples(result, slot, state, false, false, nullptr, NIL);
#endif
}

// A walker as the server declares it: up to PostgreSQL 15 without parameters, which C does not mind.
using TreeWalker = bool (*)(Node*, void*);
#if PG_VERSION_NUM >= 160000
inline TreeWalker as_declared(TreeWalker walker) { return walker; }
#else
inline auto as_declared(TreeWalker walker) {
  return reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(walker));
}
#endif

// Calls walker() for the parts of an expression until it says true.
inline bool walk_expression(Node* node, TreeWalker walker, void* context) {
  return expression_tree_walker(node, as_declared(walker), context);
}

// The same for a statement as raw_parser() gives it.
inline bool walk_raw_expression(Node* node, TreeWalker walker, void* context) {
  return raw_expression_tree_walker(node, as_declared(walker), context);
}

// Builds all indexes of the table anew, in the caller's transaction, and checks what they promise.
inline void reindex_table(Oid table) {
#if PG_VERSION_NUM >= 170000
  const ReindexParams parameters{REINDEXOPT_REPORT_PROGRESS, InvalidOid};
  reindex_relation(nullptr, table, REINDEX_REL_CHECK_CONSTRAINTS, &parameters);
#else
  ReindexParams parameters{REINDEXOPT_REPORT_PROGRESS, InvalidOid};
  reindex_relation(table, REINDEX_REL_CHECK_CONSTRAINTS, &parameters);
#endif
}

// Whether values that are added to an enum of the same transaction can be used in it.
inline constexpr bool kNewEnumTakesValues =
#if PG_VERSION_NUM >= 170000
    true;
#else
    false;
#endif

// Whether ADD CONSTRAINT locks the tables that inherit, whichever constraint it is.
inline constexpr bool kConstraintsLockHeirs =
#if PG_VERSION_NUM >= 180000
    true;
#else
    false;
#endif

// Since PostgreSQL 17 an interval may be infinite.
inline bool is_finite_interval(const Interval* interval) {
#if PG_VERSION_NUM >= 170000
  return !INTERVAL_NOT_FINITE(interval);
#else
  return interval != nullptr;
#endif
}

// All settings of the session that the server knows, in its own memory.
inline std::span<config_generic*> all_settings() {
#if PG_VERSION_NUM >= 160000
  int count = 0;
  config_generic** settings = get_guc_variables(&count);
#else
  config_generic** settings = get_guc_variables();
  const int count = GetNumConfigOptions();
#endif
  return {settings, static_cast<std::size_t>(count)};
}

// Runs a portal to its end as a command of the client's own would be run: outside of any transaction block.
inline void run_portal_at_top_level(Portal portal, DestReceiver* receiver, QueryCompletion* completion) {
#if PG_VERSION_NUM >= 180000
  PortalRun(portal, FETCH_ALL, true, receiver, receiver, completion);
#else
  PortalRun(portal, FETCH_ALL, true, true, receiver, receiver, completion);
#endif
}

}  // namespace whimbrel::pg
