#include "pg_ext/foreign_keys.h"

#include "pg_ext/access.h"
#include "pg_ext/constraint_mode.h"
#include "pg_ext/guard.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

bool is_owned(const Table& table) {
  return pg_call([&] { return owns(static_cast<Oid>(table.host_id)); });
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

void ForeignKeys::note_waiting(std::span<const Table* const> tables) {
  for (const Table* table : tables)
    if (pg_call([&] { return AfterTriggerPendingOnRel(static_cast<Oid>(table->host_id)); }))
      waiting_.emplace(table->schema, table->name);
}

void ForeignKeys::defer(std::span<const Table* const> tables) {
  deferred_.clear();  // of a savepoint that was rolled back
  std::vector<Deferred> keys;
  for (const Table* table : tables) {
    const bool owned = is_owned(*table);
    for (const ForeignKey& key : table->foreign_keys) {
      if (!key.deferrable && !owned) continue;
      Deferred& one = keys.emplace_back(table, &key, key.name);
      one.is_ours = !waiting_.contains({table->schema, table->name}) &&
                    !waiting_.contains({key.parent_schema, key.parent_table});
      if (!key.deferrable)
        alter(one, "ALTER CONSTRAINT " + quote_identifier(one.name) + " DEFERRABLE INITIALLY DEFERRED");
    }
  }
  for (Deferred& one : keys) {
    one.waited = one.key->deferrable && is_deferred(statements_, savepoints_, *one.table, *one.key);
    if (one.waited && !one.is_ours) continue;  // it waits on
    if (!may_set(one)) continue;
    if (!one.waited) set(one, "DEFERRED");
    deferred_.push_back(std::move(one));
  }
}

// Where SET CONSTRAINTS would not take its name, or take it for others too, it gets another one.
bool ForeignKeys::may_set(Deferred& one) {
  const bool refused = has_undeferrable_namesake(statements_, one.table->schema, one.name);
  if (!refused && !has_namesake(statements_, *one.table, one.name)) return true;
  if (!is_owned(*one.table)) return !refused;
  const Oid oid = pg_call([&] {
    return get_relation_constraint_oid(static_cast<Oid>(one.table->host_id), one.key->name.c_str(), false);
  });
  one.name = "whimbrel_" + std::to_string(oid);
  alter(one, "RENAME CONSTRAINT " + quote_identifier(one.key->name) + " TO " + quote_identifier(one.name));
  return true;
}

void ForeignKeys::alter(const Deferred& one, const std::string& change) {
  run_script_statement("ALTER TABLE " + quote_name(one.table->schema, one.table->name) + " " + change);
}

void ForeignKeys::set(const Deferred& one, std::string_view mode) {
  try {
    run_script_statement("SET CONSTRAINTS " + quote_name(one.table->schema, one.name) + " " +
                         std::string(mode));
  } catch (Error& error) {
    if (!one.is_renamed()) throw;
    for (std::string* const text : {&error.message, &error.where, &error.constraint_name})
      replace_all(*text, one.name, one.key->name);
    throw;
  }
}

void ForeignKeys::restore() {
  // First all checks: a constraint cannot be altered while one of its own is pending.
  for (const Deferred& one : deferred_) set(one, "IMMEDIATE");
  for (const Deferred& one : deferred_) {
    if (one.waited) set(one, "DEFERRED");
    if (one.is_renamed())
      alter(one,
            "RENAME CONSTRAINT " + quote_identifier(one.name) + " TO " + quote_identifier(one.key->name));
    if (!one.key->deferrable)
      alter(one, "ALTER CONSTRAINT " + quote_identifier(one.key->name) + " NOT DEFERRABLE");
  }
  deferred_.clear();
}

}  // namespace whimbrel::pg
