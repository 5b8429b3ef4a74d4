#include "pg_ext/constraint_mode.h"

#include <algorithm>
#include <set>

#include "common/each_row.h"
#include "common/host.h"
#include "pg_ext/guard.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kServerInternal = "XX000";

// Of each constraint that can be deferred its columns, one in a row; none where they are not known: those of
// expressions, and what a trigger looks at.
constexpr std::string_view kDeferrable = R"sql(
SELECT n.nspname, k.conname, a.attname
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
CROSS JOIN LATERAL (SELECT CASE WHEN k.conrelid = $1 THEN k.conkey END
                           || CASE WHEN k.confrelid = $1 THEN k.confkey END AS columns) c
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = $1 AND a.attnum = ANY (c.columns) AND NOT 0 = ANY (c.columns)
WHERE k.condeferrable AND (k.conrelid = $1 OR k.confrelid = $1)
ORDER BY 1, 2)sql";

// The constraints of which a check may say something of the columns, as SET CONSTRAINTS calls them.
std::set<std::string> constraints_about(Statements& statements, const Table& table,
                                        std::span<const std::size_t> columns) {
  const Cell parameters[] = {Cell::integer_of(static_cast<std::int64_t>(table.host_id))};
  std::set<std::pair<std::string, std::string>> found;
  for_each_row(statements, kDeferrable, parameters, [&](const Cell* row) {
    if (row[2].is_null() || std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
          return table.columns[column].name == row[2].view();
        }))
      found.emplace(row[0].view(), row[1].view());
  });
  std::set<std::string> names;
  for (const auto& [schema, name] : found)
    names.insert(has_undeferrable_namesake(statements, schema, name) ? "ALL" : quote_name(schema, name));
  return names;
}

// One of the triggers that are the key: SET CONSTRAINTS sets them all.
Oid trigger_of(Statements& statements, const Table& table, const ForeignKey& key) {
  const Cell parameters[] = {Cell::integer_of(static_cast<std::int64_t>(table.host_id)),
                             Cell::text(key.name)};
  const auto reader = statements.query(
      "SELECT t.oid::bigint FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_trigger t ON t.tgconstraint = "
      "k.oid"
      " WHERE k.conrelid = $1 AND k.conname = $2 AND k.contype = 'f' LIMIT 1",
      parameters);
  RowBatch batch;
  return reader->next(batch) ? static_cast<Oid>(batch.row(0)[0].integer) : InvalidOid;
}

// Inside pg_call and a savepoint that is rolled back. An event for the trigger, made up of a table that has
// none: if it does not wait, the server looks for the trigger at once, and that is an error.
bool makes_event_wait(Oid trigger_oid, bool initially_deferred) {
  Trigger trigger{};
  trigger.tgoid = trigger_oid;
  trigger.tgtype = TRIGGER_TYPE_ROW | TRIGGER_TYPE_AFTER | TRIGGER_TYPE_INSERT;
  trigger.tgenabled = TRIGGER_FIRES_ALWAYS;
  trigger.tgdeferrable = true;
  trigger.tginitdeferred = initially_deferred;
  TriggerDesc triggers{};
  triggers.triggers = &trigger;
  triggers.numtriggers = 1;
  triggers.trig_insert_after_row = true;
  Relation table = table_open(RelationRelationId, AccessShareLock);
  EState* const state = CreateExecutorState();
  ResultRelInfo* const result = makeNode(ResultRelInfo);
  InitResultRelInfo(result, table, 0, nullptr, 0);
  result->ri_TrigDesc = &triggers;
  TupleTableSlot* const row = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual);
  ItemPointerSet(&row->tts_tid, 0, 1);
  AfterTriggerBeginQuery();
  ExecARInsertTriggers(state, result, row, NIL, nullptr);
  AfterTriggerEndQuery(state);
  const bool waits = AfterTriggerPendingOnRel(RelationRelationId);
  ExecDropSingleTupleTableSlot(row);
  FreeExecutorState(state);
  table_close(table, AccessShareLock);
  return waits;
}

}  // namespace

bool has_undeferrable_namesake(Statements& statements, std::string_view schema, std::string_view name) {
  const Cell parameters[] = {Cell::text(schema), Cell::text(name)};
  const auto reader = statements.query(
      "SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
      " WHERE n.nspname = $1 AND k.conname = $2 AND NOT k.condeferrable LIMIT 1",
      parameters);
  RowBatch batch;
  return reader->next(batch);
}

bool has_namesake(Statements& statements, const Table& table, std::string_view name) {
  const Cell parameters[] = {Cell::text(table.schema), Cell::text(name),
                             Cell::integer_of(static_cast<std::int64_t>(table.host_id))};
  const auto reader = statements.query(
      "SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
      " WHERE n.nspname = $1 AND k.conname = $2"
      " AND coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)"
      " <> coalesce(pg_catalog.pg_partition_root($3::pg_catalog.oid), $3::pg_catalog.oid) LIMIT 1",
      parameters);
  RowBatch batch;
  return reader->next(batch);
}

bool is_deferred(Statements& statements, Savepoints& savepoints, const Table& table, const ForeignKey& key) {
  const Oid trigger = trigger_of(statements, table, key);
  if (trigger == InvalidOid) return key.initially_deferred;
  bool waits = false;
  savepoints.begin();
  try {
    waits = pg_call([&] { return makes_event_wait(trigger, key.initially_deferred); });
  } catch (const Error& error) {
    savepoints.roll_back();
    if (error.code != kServerInternal) throw;
    return false;
  }
  savepoints.roll_back();
  return waits;
}

void try_deferred_checks(Statements& statements, Savepoints& savepoints, const Table& table,
                         std::span<const std::size_t> columns) {
  const std::set<std::string> names = constraints_about(statements, table, columns);
  if (names.empty()) return;
  // With the savepoint goes that they were made, and when each constraint is checked is as it was.
  savepoints.begin();
  try {
    for (const std::string& name : names) run_script_statement("SET CONSTRAINTS " + name + " IMMEDIATE");
  } catch (...) {
    savepoints.roll_back();
    throw;
  }
  savepoints.roll_back();
}

}  // namespace whimbrel::pg
