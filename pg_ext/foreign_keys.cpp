#include "pg_ext/foreign_keys.h"

#include "pg_ext/access.h"
#include "pg_ext/guard.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

// SET CONSTRAINTS takes a name for all constraints of a schema that have it, and fails when one of them
// cannot be deferred. Then only ALL is left.
bool names_one_kind(Statements& statements, std::string_view schema, std::string_view name) {
  const Cell parameters[] = {Cell::text(schema), Cell::text(name)};
  const auto reader = statements.query(
      "SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
      " WHERE n.nspname = $1 AND k.conname = $2 AND NOT k.condeferrable LIMIT 1",
      parameters);
  RowBatch batch;
  return !reader->next(batch);
}

}  // namespace

void ForeignKeys::defer(std::span<const Table* const> tables) {
  deferred_.clear();  // of a savepoint that was rolled back
  for (const Table* table : tables) {
    const bool owner = pg_call([&] { return owns(static_cast<Oid>(table->host_id)); });
    for (const ForeignKey& key : table->foreign_keys) {
      if (!key.deferrable && !owner) continue;
      Deferred one;
      one.table = quote_name(table->schema, table->name);
      one.constraint = quote_identifier(key.name);
      one.qualified = quote_name(table->schema, key.name);
      one.altered = !key.deferrable;
      one.initially_deferred = key.initially_deferred;
      if (one.altered)
        run_script_statement("ALTER TABLE " + one.table + " ALTER CONSTRAINT " + one.constraint +
                             " DEFERRABLE INITIALLY DEFERRED");
      if (!names_one_kind(statements_, table->schema, key.name)) one.qualified = "ALL";
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
