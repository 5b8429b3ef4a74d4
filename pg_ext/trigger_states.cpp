#include "pg_ext/trigger_states.h"

#include "pg_ext/access.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// Inside pg_call. Calls change(trigger's row) for each trigger of the user on the table; it returns the new
// state.
template <typename Change>
void change_states(Relation table, Change&& change) {
  Relation catalog = table_open(TriggerRelationId, RowExclusiveLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(RelationGetRelid(table)));
  SysScanDesc scan = systable_beginscan(catalog, TriggerRelidNameIndexId, true, nullptr, 1, &key);
  bool changed = false;
  for (HeapTuple row = systable_getnext(scan); HeapTupleIsValid(row); row = systable_getnext(scan)) {
    const Form_pg_trigger trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(row));
    if (trigger->tgisinternal) continue;
    const char state = change(*trigger);
    if (state == trigger->tgenabled) continue;
    HeapTuple copy = heap_copytuple(row);
    reinterpret_cast<Form_pg_trigger>(GETSTRUCT(copy))->tgenabled = state;
    CatalogTupleUpdate(catalog, &copy->t_self, copy);
    heap_freetuple(copy);
    changed = true;
  }
  systable_endscan(scan);
  table_close(catalog, RowExclusiveLock);
  if (!changed) return;
  CacheInvalidateRelcache(table);
  CommandCounterIncrement();
}

// Inside pg_call.
bool has_enabled_triggers(const TriggerDesc* triggers) {
  for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i)
    if (!triggers->triggers[i].tgisinternal && triggers->triggers[i].tgenabled != TRIGGER_DISABLED)
      return true;
  return false;
}

}  // namespace

void TriggerStates::suspend(std::span<const Table* const> tables) {
  suspended_.clear();  // of a savepoint that was rolled back
  for (const Table* each : tables) {
    pg_call([&] {
      List* const family = find_all_inheritors(static_cast<Oid>(each->host_id), AccessShareLock, nullptr);
      for (int i = 0; i < list_length(family); ++i) {
        Relation table = relation_open(list_nth_oid(family, i), AccessShareLock);
        // A view's triggers are how it stores rows; without them a row would silently go nowhere.
        const bool is_part =
            (i == 0 && table->rd_rel->relkind != RELKIND_VIEW) || table->rd_rel->relispartition;
        if (is_part && has_enabled_triggers(table->trigdesc)) {
          require_owner(table);
          LockRelation(table, ShareRowExclusiveLock);
          change_states(table, [&](const FormData_pg_trigger& trigger) {
            if (trigger.tgenabled != TRIGGER_DISABLED)
              suspended_.push_back({RelationGetRelid(table), trigger.oid, trigger.tgenabled});
            return static_cast<char>(TRIGGER_DISABLED);
          });
        }
        relation_close(table, NoLock);
      }
    });
  }
}

void TriggerStates::restore() {
  for (std::size_t begin = 0; begin < suspended_.size();) {
    std::size_t end = begin;
    while (end < suspended_.size() && suspended_[end].table == suspended_[begin].table) ++end;
    const std::span<const State> states(suspended_.data() + begin, end - begin);
    pg_call([&] {
      Relation table = relation_open(states.front().table, NoLock);
      change_states(table, [&](const FormData_pg_trigger& trigger) {
        for (const State& state : states)
          if (state.trigger == trigger.oid) return state.enabled;
        return trigger.tgenabled;
      });
      relation_close(table, NoLock);
    });
    begin = end;
  }
  suspended_.clear();
}

}  // namespace whimbrel::pg
