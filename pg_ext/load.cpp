#include "pg_ext/load.h"

#include "common/error.h"
#include "pg_ext/access.h"
#include "pg_ext/compat.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

bool is_changeable_function(Oid function, void*) {
  return function >= FirstNormalObjectId && func_volatile(function) != PROVOLATILE_IMMUTABLE;
}

bool calls_changeable_function(Node* node, void* context) {
  if (node == nullptr) return false;
  if (check_functions_in_node(node, is_changeable_function, context)) return true;
  return walk_expression(node, calls_changeable_function, context);
}

// A CHECK whose function may look into tables could look into this one, by its indexes.
bool checks_may_look_into_tables(Relation table) {
  const TupleConstr* const constraints = RelationGetDescr(table)->constr;
  if (constraints == nullptr) return false;
  for (int i = 0; i < constraints->num_check; ++i) {
    Node* const expression = static_cast<Node*>(stringToNode(constraints->check[i].ccbin));
    if (calls_changeable_function(expression, nullptr)) return true;
  }
  return false;
}

// Rebuilding would make a broken index valid, and an old one usable for snapshots that must not use it.
bool is_complete(Oid oid) {
  HeapTuple row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(oid));
  if (!HeapTupleIsValid(row)) return false;
  const Form_pg_index index = reinterpret_cast<Form_pg_index>(GETSTRUCT(row));
  const bool complete = index->indisvalid && index->indisready && index->indislive && !index->indcheckxmin;
  ReleaseSysCache(row);
  return complete;
}

bool are_complete(const List* indexes) {
  for (int i = 0; i < list_length(indexes); ++i)
    if (!is_complete(list_nth_oid(indexes, i))) return false;
  return true;
}

bool is_foreign_key_check(const Trigger& trigger) {
  return TRIGGER_FOR_INSERT(trigger.tgtype) && RI_FKey_trigger_type(trigger.tgfoid) == RI_TRIGGER_FK;
}

bool fires(const Trigger& trigger) {
  if (trigger.tgenabled == TRIGGER_DISABLED) return false;
  const char other = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ? TRIGGER_FIRES_ON_ORIGIN
                                                                                : TRIGGER_FIRES_ON_REPLICA;
  return trigger.tgenabled != other;
}

// Against everybody else, without waiting; all or none.
bool lock_now(Oid table, const List* indexes) {
  if (!ConditionalLockRelationOid(table, ShareRowExclusiveLock)) return false;
  for (int i = 0; i < list_length(indexes); ++i) {
    if (ConditionalLockRelationOid(list_nth_oid(indexes, i), AccessExclusiveLock)) continue;
    while (i-- > 0) UnlockRelationOid(list_nth_oid(indexes, i), AccessExclusiveLock);
    UnlockRelationOid(table, ShareRowExclusiveLock);
    return false;
  }
  return true;
}

// Apart from the rows of the current command.
bool was_empty(Relation table) {
  PushActiveSnapshot(GetLatestSnapshot());
  const TableScanDesc scan = table_beginscan(table, GetActiveSnapshot(), 0, nullptr);
  const bool empty = heap_getnext(scan, ForwardScanDirection) == nullptr;
  table_endscan(scan);
  PopActiveSnapshot();
  return empty;
}

}  // namespace

void Load::begin(std::span<const Table* const> tables) {
  tables_.clear();
  for (const Table* table : tables) tables_.push_back(static_cast<Oid>(table->host_id));
  left_.clear();
  loaded_ = false;
}

bool Load::suits(Relation table) {
  // A serializable transaction's conflicts are found at the entries of the indexes.
  if (IsolationIsSerializable() || !owns(RelationGetRelid(table))) return false;
  const List* const indexes = RelationGetIndexList(table);
  bool has_work = indexes != NIL;
  const TriggerDesc* const triggers = table->trigdesc;
  for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i)
    has_work = has_work || is_foreign_key_check(triggers->triggers[i]);
  return has_work && are_complete(indexes) && !checks_may_look_into_tables(table);
}

bool Load::may_leave_check(Relation table, const Trigger& trigger) const {
  const Oid parent = trigger.tgconstrrelid;
  // RI_Initial_Check() takes a period that the parents only overlap.
  if (has_period(trigger.tgconstraint)) return false;
  if (parent == RelationGetRelid(table)) return true;
  // Row by row the check locks the parents; here their whole table has to be: that of a load, at most.
  return std::find(tables_.begin(), tables_.end(), parent) != tables_.end() &&
         get_rel_relkind(parent) == RELKIND_RELATION && owns(parent) &&
         ConditionalLockRelationOid(parent, ShareRowExclusiveLock);
}

bool Load::take(Relation table, TriggerDesc* triggers) {
  const List* const indexes = RelationGetIndexList(table);
  if (!lock_now(RelationGetRelid(table), indexes) || !are_complete(indexes) || !was_empty(table))
    return false;
  loaded_ = true;
  if (triggers == nullptr) return true;
  bool others_fire = false;
  for (int i = 0; i < triggers->numtriggers; ++i) {
    Trigger& trigger = triggers->triggers[i];
    if (!TRIGGER_FOR_INSERT(trigger.tgtype) || !fires(trigger)) continue;
    if (is_foreign_key_check(trigger) && may_leave_check(table, trigger)) {
      left_.push_back({RelationGetRelid(table), trigger.tgconstrrelid, trigger.tgconstraint});
      trigger.tgenabled = TRIGGER_DISABLED;
    } else {
      others_fire = true;
    }
  }
  triggers->trig_insert_after_row = triggers->trig_insert_after_row && others_fire;
  return true;
}

void Load::rebuild_indexes(Relation table) {
  CommandCounterIncrement();
  reindex_table(RelationGetRelid(table));
  CommandCounterIncrement();
}

void Load::finish() {
  for (const Check& check : left_) {
    const bool done = pg_call([&] {
      CommandCounterIncrement();
      Relation table = table_open(check.table, ShareRowExclusiveLock);
      Relation parent = table_open(check.parent, ShareRowExclusiveLock);
      Trigger trigger{};
      trigger.tgname = get_constraint_name(check.constraint);
      trigger.tgenabled = TRIGGER_FIRES_ON_ORIGIN;
      trigger.tgisinternal = true;
      trigger.tgconstrrelid = check.parent;
      trigger.tgconstraint = check.constraint;
      const bool checked = RI_Initial_Check(&trigger, table, parent);
      table_close(parent, NoLock);
      table_close(table, NoLock);
      return checked;
    });
    // Whoever owns both tables may read them, unless he took that from himself.
    if (!done) throw Error("42501", "the foreign keys of a load cannot be checked");
  }
  left_.clear();
}

}  // namespace whimbrel::pg
