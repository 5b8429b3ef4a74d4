#include "sqlite_ext/find_rows.h"

namespace whimbrel::sqlite {

namespace {

std::string lookup_sql(const LookupRequest& request) {
  const Table& table = *request.table;
  std::string sql = "SELECT 1";
  for (const std::size_t column : request.columns) sql += ", " + quote_identifier(table.columns[column].name);
  sql += " FROM " + quote_name(table.schema, table.name);
  for (std::size_t i = 0; i < request.key_columns.size(); ++i) {
    sql += i == 0 ? " WHERE " : " AND ";
    sql += quote_identifier(table.columns[request.key_columns[i]].name) + " = ?";
  }
  return sql;
}

}  // namespace

KeyLookup::KeyLookup(StatementCache& cache, const LookupRequest& request, const RowBatch& keys)
    : statement_(cache, lookup_sql(request)) {
  for (const std::size_t column : request.columns)
    readings_.push_back(reading_of(request.table->columns[column].kind));
  for (const std::size_t column : request.key_columns)
    affinities_.push_back(request.table->columns[column].affinity);
  keys_.reset(keys.columns());
  for (std::size_t row = 0; row < keys.rows(); ++row) {
    Cell* copy = keys_.append();
    for (std::size_t i = 0; i < keys.columns(); ++i) {
      copy[i] = keys.row(row)[i];
      if (points(copy[i].tag)) copy[i].data = keys_.arena().copy(copy[i].view()).data();
    }
  }
}

bool KeyLookup::begin_key() {
  while (next_key_ < keys_.rows()) {
    const Cell* key = keys_.row(next_key_++);
    Binder binder(statement_->handle(), scratch_);
    scratch_.clear();
    bool has_null = false;
    for (std::size_t i = 0; i < keys_.columns(); ++i) {
      has_null = has_null || key[i].is_null();
      binder.bind(static_cast<int>(i + 1), key[i], affinities_[i]);
    }
    if (!has_null) return true;
  }
  return false;
}

void KeyLookup::add_row(RowBatch& batch) {
  Cell* row = batch.append();
  row[0] = Cell::integer_of(static_cast<std::int64_t>(next_key_ - 1));
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    Cell& cell = row[i + 1];
    cell = borrow_cell(sqlite3_column_value(statement_->handle(), static_cast<int>(i + 1)), readings_[i]);
    if (points(cell.tag)) cell.data = batch.arena().copy(cell.view()).data();
  }
}

bool KeyLookup::next(RowBatch& batch) {
  batch.reset(columns());
  while (!batch.full()) {
    if (!stepping_ && !begin_key()) break;
    stepping_ = statement_->step();
    if (stepping_) add_row(batch);
  }
  return !batch.empty();
}

}  // namespace whimbrel::sqlite
