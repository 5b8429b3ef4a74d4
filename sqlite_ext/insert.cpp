#include "sqlite_ext/insert.h"

#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

std::string insert_of(const InsertRequest& request, const std::string& absent) {
  const Table& table = *request.table;
  std::string names, places;
  for (std::size_t i = 0; i < request.columns.size(); ++i) {
    if (absent[i] == 'a') continue;
    if (!names.empty()) {
      names += ", ";
      places += ", ";
    }
    names += quote_identifier(table.columns[request.columns[i]].name);
    places += "?";
  }
  const std::string into = "INSERT INTO " + quote_name(table.schema, table.name);
  return names.empty() ? into + " DEFAULT VALUES" : into + " (" + names + ") VALUES (" + places + ")";
}

}  // namespace

Inserter::Pattern::Pattern(sqlite3* db, const InsertRequest& request, const std::string& absent)
    : statement(db, insert_of(request, absent), SQLITE_PREPARE_PERSISTENT) {
  for (std::size_t i = 0; i < absent.size(); ++i)
    if (absent[i] != 'a') cells.push_back(i);
}

Inserter::Inserter(sqlite3* db, const InsertRequest& request)
    : db_(db), request_(request), absent_(request.columns.size(), '.') {
  for (std::size_t column : request.columns)
    text_columns_.push_back(has_text_affinity(request.table->columns[column].type));
}

std::uint64_t Inserter::run(RowReader& rows) {
  RowBatch batch;
  std::uint64_t row = 0;
  std::uint64_t inserted = 0;
  while (rows.next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      try {
        insert_row(batch.row(i));
      } catch (Error& error) {
        error.row = row;
        if (error.table_name.empty()) error.table_name = request_.table->name;
        throw;
      }
      ++row;
      // None when a trigger kept the row back: RAISE(IGNORE).
      inserted += static_cast<std::uint64_t>(sqlite3_changes64(db_));
    }
  }
  return inserted;
}

Inserter::Pattern& Inserter::pattern_of(const Cell* row) {
  if (request_.may_be_absent)
    for (std::size_t i = 0; i < absent_.size(); ++i) absent_[i] = row[i].tag == Tag::absent ? 'a' : '.';
  if (last_ != nullptr && (!request_.may_be_absent || absent_ == last_absent_)) return *last_;
  std::unique_ptr<Pattern>& pattern = patterns_[absent_];
  // Documents whose rows each leave out other keys must not pile up statements.
  constexpr std::size_t kMostPatterns = 64;
  if (pattern == nullptr && patterns_.size() > kMostPatterns) {
    patterns_.clear();
    last_ = nullptr;
    return pattern_of(row);
  }
  if (pattern == nullptr) pattern = std::make_unique<Pattern>(db_, request_, absent_);
  last_ = pattern.get();
  last_absent_ = absent_;
  return *last_;
}

void Inserter::insert_row(const Cell* row) {
  Pattern& pattern = pattern_of(row);
  Binder binder(pattern.statement.handle(), scratch_);
  int parameter = 0;
  for (std::size_t cell : pattern.cells) binder.bind(++parameter, row[cell], text_columns_[cell]);
  pattern.statement.step();
  scratch_.clear();
}

}  // namespace whimbrel::sqlite
