// What a function gives, as values of SQLite and as JSON.
#pragma once

#include <span>

#include "common/function.h"
#include "common/json/writer.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// The cell as SQL shows a column of this type: points in time as ISO 8601 text in UTC, JSON as text.
// `scratch` keeps what is formatted until it is cleared.
Cell output_cell(const Cell& cell, SqlType type, Arena& scratch);

// Makes it the result of an SQL function or of a virtual table's column; SQLite copies it.
void set_result(sqlite3_context* context, const Cell& output, SqlType type);

// Writes the rows as a JSON array of objects.
class JsonRows : public RowEmitter {
 public:
  explicit JsonRows(std::span<const ResultColumn> columns) : columns_(columns) { out_.append('['); }
  void emit(std::span<const Cell> row) override;
  // The array: valid until the object goes.
  std::string_view finish();

 private:
  std::span<const ResultColumn> columns_;
  json::Buffer out_;
  Arena scratch_;
  bool first_ = true;
};

}  // namespace whimbrel::sqlite
