#include "common/move/as_sqlite.h"

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/move/remarks.h"
#include "common/move/sqlite_plan.h"
#include "common/move/stored_value.h"
#include "common/text/datetime.h"
#include "common/transfer/order.h"

namespace whimbrel::move {

namespace {

// Values as the module stores them (bind_cell.cpp): a literal has no type that could say so.
class StoredRows : public RowReader {
 public:
  explicit StoredRows(std::unique_ptr<RowReader> rows, Host& host) : rows_(std::move(rows)), host_(host) {}
  std::size_t columns() const override { return rows_->columns(); }
  bool next(RowBatch& batch) override {
    host_.check_interrupt();
    if (!rows_->next(batch)) return false;
    for (std::size_t i = 0; i < batch.rows(); ++i)
      for (std::size_t c = 0; c < columns(); ++c) store(batch.row(i)[c], batch.arena());
    return true;
  }

 private:
  static void store(Cell& cell, Arena& arena) {
    switch (cell.tag) {
      case Tag::number:
      case Tag::encoded:
        cell.tag = Tag::text;
        break;
      case Tag::real32:
        cell.real = widen_float(cell.real);
        cell.tag = Tag::real;
        [[fallthrough]];
      case Tag::real:
        if (std::isnan(cell.real)) cell = Cell::text("NaN");
        break;
      case Tag::timestamp:
      case Tag::timestamptz: {
        char text[kMaxDateTimeText];
        const char* const end = format_moment(text, cell.integer, cell.tag == Tag::timestamptz);
        cell = Cell::text(arena.copy({text, static_cast<std::size_t>(end - text)}));
        break;
      }
      default:
        break;
    }
  }

  std::unique_ptr<RowReader> rows_;
  Host& host_;
};

}  // namespace

void write_sqlite_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink) {
  for (const auto& [set, name] : {std::pair(options.owner, "owner"), {options.privileges, "privileges"}})
    if (set)
      throw Error(code::kInvalidOption,
                  std::string("option \"") + name + "\": SQLite has no owners and no privileges");
  const SqlitePlan plan = plan_sqlite(host, {options.tables, options.schemas, options.exclude});
  for (const std::string& line : plan.left_out) tell_loss(host, options, sink, line);
  for (const SqliteTable& table : plan.tables)
    for (const std::string& note : table.notes)
      tell_loss(host, options, sink, "table " + table.source->display_name() + ": " + note);
  if (options.clean)
    for (const SqliteTable& table : plan.tables)
      sink.statement("DROP TABLE IF EXISTS " + quote_identifier(table.name), nullptr);
  for (const SqliteTable& table : plan.tables) sink.statement(table.create, nullptr);
  for (const SqliteTable& table : plan.tables)
    for (const std::string& sql : table.indexes) sink.statement(sql, nullptr);
}

void write_sqlite_rows(Host& host, const DataOptions& options, const StatementTaker& take) {
  const SqlitePlan plan = plan_sqlite(host, options.selection);
  std::vector<const Table*> sources;
  for (const SqliteTable& table : plan.tables) sources.push_back(table.source);
  const TableOrder order = order_tables(sources);
  std::vector<const SqliteTable*> tables;
  for (const Table* source : order.tables)
    for (const SqliteTable& table : plan.tables)
      if (table.source == source) tables.push_back(&table);
  // Only inside a transaction; outside of one foreign keys are off unless the client has set them.
  take("PRAGMA defer_foreign_keys = ON");
  if (options.clean)
    for (auto table = tables.rbegin(); table != tables.rend(); ++table)
      take("DELETE FROM " + quote_identifier((*table)->name));
  for (const SqliteTable* table : tables) {
    ScanRequest scan;
    scan.table = table->source;
    std::string names;
    for (std::size_t c = 0; c < table->source->columns.size(); ++c) {
      scan.columns.push_back(c);
      names += (names.empty() ? "" : ", ") + quote_identifier(table->source->columns[c].name);
    }
    if (names.empty()) continue;
    StoredRows rows(host.scan(scan), host);
    write_inserts(rows, "INSERT INTO " + quote_identifier(table->name) + " (" + names + ")",
                  SqlEngine::sqlite, options.rows_per_insert, take);
  }
  for (const SqliteTable* table : tables) {
    if (table->identity.empty()) continue;
    const auto given = last_number(host, *table);
    if (!given || *given < 1) continue;
    const std::string name = quote_literal(table->name), number = std::to_string(*given);
    take("UPDATE sqlite_sequence SET seq = max(seq, " + number + ") WHERE name = " + name);
    take("INSERT INTO sqlite_sequence (name, seq) SELECT " + name + ", " + number +
         " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = " + name + ")");
  }
}

}  // namespace whimbrel::move
