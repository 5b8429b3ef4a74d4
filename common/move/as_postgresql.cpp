#include "common/move/as_postgresql.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/move/converted_rows.h"
#include "common/move/inspect.h"
#include "common/move/remarks.h"
#include "common/schema/sqlite/names.h"
#include "common/sql/do_block.h"
#include "common/transfer/order.h"

namespace whimbrel::move {

namespace {

// Where tables go that a script makes; the caller's own search path is not known here.
constexpr std::string_view kSchema = "public";

Inspected inspect_all(Host& host, const SelectionOptions& selection) {
  MoveOptions options;
  options.selection = selection;
  options.translation.schema = kSchema;
  return inspect_source(host, host, options);
}

std::string name_of(const TargetTable& table) { return quote_name(kSchema, table.name); }

// As the import does it: what is refused is left out, and said; `otherwise` runs then.
std::string guarded(const std::string& statement, const std::string& what, const std::string& otherwise) {
  return sql::do_block(
      "BEGIN\n  " + statement +
      ";\nEXCEPTION WHEN syntax_error_or_access_rule_violation OR data_exception OR feature_not_supported "
      "THEN\n  RAISE WARNING '%', " +
      quote_literal(what + " left out: ") + " || SQLERRM;\n" +
      (otherwise.empty() ? "" : "  " + otherwise + ";\n"));
}

// SQLite compares any value with any other, PostgreSQL's operators want types: what is not proven stands in a
// block of its own.
class Writer {
 public:
  Writer(Host& host, const SchemaExportOptions& options, const Translation& translation, StatementSink& sink)
      : host_(host), options_(options), translation_(translation), sink_(sink) {}

  void table(const TargetTable& table) {
    if (options_.strict || table.generated_proven)
      sink_.statement(table.create(), nullptr);
    else
      sink_.statement(guarded(table.create(),
                              "generated columns of table " + table.source->table.name +
                                  " stay without values, their expressions are",
                              table.create_plain()),
                      nullptr);
    for (const OptionalStatement& one : table.before_rows) {
      const std::string what = "default of column " + translation_.findings[one.finding].object;
      if (one.doubt.empty())
        write(one, what);
      else
        tell_loss(host_, options_, sink_, what + ": left out (" + one.doubt + ")");
    }
  }

  void all(const std::vector<OptionalStatement>& statements) {
    for (const OptionalStatement& one : statements) {
      const Finding& finding = translation_.findings[one.finding];
      write(one, finding.kind + " " + finding.object);
    }
  }

 private:
  void write(const OptionalStatement& one, const std::string& what) {
    sink_.statement(options_.strict || one.proven ? one.sql : guarded(one.sql, what + " is", {}), nullptr);
  }

  Host& host_;
  const SchemaExportOptions& options_;
  const Translation& translation_;
  StatementSink& sink_;
};

// --- rows

// Tables whose rows may name rows that come later.
std::vector<const TargetTable*> circular(const std::vector<const TargetTable*>& tables,
                                         const TableOrder& order) {
  std::vector<const TargetTable*> found;
  for (const TargetTable* one : tables) {
    const Table& table = one->source->table;
    const bool itself =
        std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                    [&](const ForeignKey& key) { return sqlite::same_name(key.parent_table, table.name); });
    if (itself || std::find(order.cyclic.begin(), order.cyclic.end(), &table) != order.cyclic.end())
      found.push_back(one);
  }
  return found;
}

// An owner may do this; the temporary table remembers which ones were not deferrable before.
void put_off_keys(const std::vector<const TargetTable*>& tables, const StatementTaker& take) {
  std::string list;
  for (const TargetTable* table : tables)
    list += (list.empty() ? "" : ", ") + quote_literal(name_of(*table)) + "::pg_catalog.regclass";
  take(
      "CREATE TEMPORARY TABLE whimbrel_put_off AS SELECT conrelid::pg_catalog.regclass AS rel, conname FROM"
      " pg_catalog.pg_constraint WHERE contype = 'f' AND NOT condeferrable AND conrelid IN (" +
      list + ")");
  take(
      "DO $$DECLARE k record; BEGIN FOR k IN SELECT * FROM pg_temp.whimbrel_put_off LOOP EXECUTE"
      " pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', k.rel,"
      " k.conname); END LOOP; END$$");
}

void put_keys_back(const StatementTaker& take) {
  take("SET CONSTRAINTS ALL IMMEDIATE");
  take(
      "DO $$DECLARE k record; BEGIN FOR k IN SELECT * FROM pg_temp.whimbrel_put_off LOOP EXECUTE"
      " pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I NOT DEFERRABLE', k.rel, k.conname); END LOOP;"
      " END$$");
  take("DROP TABLE pg_temp.whimbrel_put_off");
}

void write_rows(Host& host, const TargetTable& target, std::size_t rows_per_insert,
                const StatementTaker& take) {
  const Table& source = target.source->table;
  ScanRequest scan;
  scan.table = &source;
  std::vector<ConvertedColumn> columns;
  std::string names;
  for (std::size_t c = 0; c < target.columns.size(); ++c) {
    if (target.columns[c].computed()) continue;
    scan.columns.push_back(c);
    columns.push_back({target.columns[c].name, target.columns[c].decision.conversion, false});
    names += (names.empty() ? "" : ", ") + quote_identifier(target.columns[c].name);
  }
  if (names.empty()) return;
  const auto reader = host.scan(scan);
  ConvertedRows rows(*reader, std::move(columns), {});
  write_inserts(rows, "INSERT INTO " + name_of(target) + " (" + names + ")", SqlEngine::postgresql,
                rows_per_insert, take);
}

void write_position(Host& host, const TargetTable& target, const StatementTaker& take) {
  if (target.identity.empty()) return;
  const Table& table = target.source->table;
  std::int64_t last = target.source->sequence.value_or(0);
  const std::string key = quote_identifier(table.columns[table.primary_key.at(0)].name);
  const auto rows = host.query("SELECT max(" + key + ") FROM main." + quote_identifier(table.name));
  RowBatch batch;
  if (rows->next(batch) && batch.row(0)[0].tag == Tag::integer)
    last = std::max(last, batch.row(0)[0].integer);
  if (last < 1) return;
  take("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" + quote_literal(name_of(target)) + ", " +
       quote_literal(target.identity) + "), " + std::to_string(last) + ")");
}

}  // namespace

void write_postgresql_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink) {
  const Inspected inspected = inspect_all(host, {options.tables, options.schemas, options.exclude});
  const Translation& translation = inspected.translation;
  for (const Finding& finding : translation.findings)
    if (!finding.loss.empty())
      tell_loss(host, options, sink,
                finding.kind + " " + finding.object + ": " + finding.loss +
                    (finding.reason.empty() ? "" : " (" + finding.reason + ")"));
  if (options.clean)
    for (auto table = translation.tables.rbegin(); table != translation.tables.rend(); ++table)
      sink.statement("DROP TABLE IF EXISTS " + name_of(*table) + " CASCADE", nullptr);
  for (const std::string& sql : translation.before)
    // Everybody has this schema, and not everybody may make one.
    if (!sql.starts_with("CREATE SCHEMA")) sink.statement(sql, nullptr);
  Writer writer(host, options, translation, sink);
  for (const TargetTable& table : translation.tables) writer.table(table);
  for (const TargetTable& table : translation.tables) writer.all(table.after_rows);
  for (const TargetTable& table : translation.tables) writer.all(table.references);
  writer.all(translation.views);
}

void write_postgresql_rows(Host& host, const DataOptions& options, const StatementTaker& take) {
  const Inspected inspected = inspect_all(host, options.selection);
  std::vector<const Table*> sources;
  for (const TargetTable& table : inspected.translation.tables) sources.push_back(&table.source->table);
  const TableOrder order = order_tables(sources);
  std::vector<const TargetTable*> tables;
  for (const Table* source : order.tables)
    for (const TargetTable& table : inspected.translation.tables)
      if (&table.source->table == source) tables.push_back(&table);
  const std::vector<const TargetTable*> put_off = circular(tables, order);
  if (!put_off.empty()) put_off_keys(put_off, take);
  if (options.clean)
    for (auto table = tables.rbegin(); table != tables.rend(); ++table)
      take("DELETE FROM " + name_of(**table));
  for (const TargetTable* table : tables) write_rows(host, *table, options.rows_per_insert, take);
  if (!put_off.empty()) put_keys_back(take);
  for (const TargetTable* table : tables) write_position(host, *table, take);
}

}  // namespace whimbrel::move
