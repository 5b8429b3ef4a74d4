#include "pg_ext/foreign_keys.h"

#include "pg_ext/access.h"
#include "pg_ext/constraint_mode.h"
#include "pg_ext/guard.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

void ForeignKeys::defer(std::span<const Table* const> tables) {
  deferred_.clear();  // of a savepoint that was rolled back
  for (const Table* table : tables) {
    const bool owner = pg_call([&] { return owns(static_cast<Oid>(table->host_id)); });
    for (const ForeignKey& key : table->foreign_keys) {
      if (!key.deferrable && !owner) continue;
      Deferred one;
      one.table = quote_name(table->schema, table->name);
      one.constraint = quote_identifier(key.name);
      one.altered = !key.deferrable;
      one.initially_deferred = key.initially_deferred;
      if (one.altered)
        run_script_statement("ALTER TABLE " + one.table + " ALTER CONSTRAINT " + one.constraint +
                             " DEFERRABLE INITIALLY DEFERRED");
      one.qualified = constraint_to_set(statements_, table->schema, key.name);
      run_script_statement("SET CONSTRAINTS " + one.qualified + " DEFERRED");
      deferred_.push_back(std::move(one));
    }
  }
}

void ForeignKeys::restore() {
  // First all checks: a constraint cannot be altered while one of its own is pending.
  for (const Deferred& one : deferred_)
    run_script_statement("SET CONSTRAINTS " + one.qualified + " IMMEDIATE");
  for (const Deferred& one : deferred_) {
    if (one.altered)
      run_script_statement("ALTER TABLE " + one.table + " ALTER CONSTRAINT " + one.constraint +
                           " NOT DEFERRABLE");
    else if (one.initially_deferred && one.qualified != "ALL")
      run_script_statement("SET CONSTRAINTS " + one.qualified + " DEFERRED");
  }
  deferred_.clear();
}

}  // namespace whimbrel::pg
