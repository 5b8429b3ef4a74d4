#include "sqlite_ext/scan.h"

#include <utility>

#include "sqlite_ext/bind_cell.h"
#include "sqlite_ext/catalog.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/parameters.h"

namespace whimbrel::sqlite {

namespace {

std::string select_of(const ScanRequest& request) {
  const Table& table = *request.table;
  std::string sql = "SELECT ";
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += quote_identifier(table.columns[request.columns[i]].name);
  }
  if (request.columns.empty()) sql += "NULL";
  for (const std::size_t column : request.output_texts)
    sql += ", CAST(" + quote_identifier(table.columns[column].name) + " AS TEXT)";
  sql += " FROM " + quote_name(table.schema, table.name);
  // The line break ends a comment in the condition.
  if (!request.where.empty()) sql += " WHERE (" + std::string(request.where) + "\n)";
  if (!request.ordered) return sql;
  // Stored rows go back in the order in which they lie.
  for (const std::size_t index : request.columns)
    if (table.columns[index].implicit)
      return sql + " ORDER BY " + quote_identifier(table.columns[index].name);
  std::string order;
  bool unique = !table.primary_key.empty();
  for (const std::size_t index : table.primary_key) {
    const Column& column = table.columns[index];
    order += (order.empty() ? "" : ", ") + quote_identifier(column.name);
    unique = unique &&
             (column.not_null || column.identity);  // SQLite takes the same key often where a part is null
  }
  if (const std::string_view rowid = rowid_name(table); !unique && !rowid.empty())
    order += (order.empty() ? "" : ", ") + std::string(rowid);
  if (!order.empty()) sql += " ORDER BY " + order;
  return sql;
}

std::vector<Reading> readings_of(const ScanRequest& request) {
  std::vector<Reading> readings;
  for (std::size_t column : request.columns)
    readings.push_back(reading_of(request.table->columns[column].kind));
  readings.resize(readings.size() + request.output_texts.size(), Reading::plain);
  return readings;
}

}  // namespace

bool RowPump::next(RowBatch& batch) {
  batch.reset(readings_.size());
  borrows_ = false;
  if (ended_) return false;
  while (!batch.full()) {
    if (!statement_.step()) {
      ended_ = true;
      break;
    }
    borrows_ = fill_row(batch);
    if (borrows_) break;
  }
  return !batch.empty();
}

// Whether the row borrows, so that the statement must not be stepped before the batch is used up.
bool RowPump::fill_row(RowBatch& batch) {
  sqlite3_stmt* handle = statement_.handle();
  Cell* row = batch.append();
  bool borrows = false;
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    // The connection's mutex is held by the statement that called us, so the value's own functions are safe,
    // and they do not take it once more for each access.
    Cell cell = borrow_cell(sqlite3_column_value(handle, static_cast<int>(i)), readings_[i]);
    if (points(cell.tag)) {
      if (cell.size > kBorrowAbove)
        borrows = true;
      else
        cell.data = batch.arena().copy(cell.view()).data();
    }
    row[i] = cell;
  }
  return borrows;
}

TableScan::TableScan(sqlite3* db, const ScanRequest& request)
    : columns_(request.columns.size() + request.output_texts.size()),
      statement_(db, select_of(request)),
      pump_(statement_, readings_of(request)) {
  bind_parameters(statement_, request.parameters, arena_, Keep::copy);
}

QueryReader::QueryReader(StatementCache& cache, std::string_view sql, std::span<const Cell> parameters)
    : statement_(cache, sql),
      columns_(statement_->columns()),
      pump_(*statement_, std::vector<Reading>(static_cast<std::size_t>(columns_), Reading::plain)) {
  bind_parameters(*statement_, parameters, arena_, Keep::copy);
}

}  // namespace whimbrel::sqlite
