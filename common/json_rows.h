// The rows of a function as JSON, and their values as SQL shows them where the engine has no type for them.
#pragma once

#include <span>
#include <string_view>

#include "common/function.h"
#include "common/json/writer.h"
#include "common/value.h"

namespace whimbrel {

// The cell as text-like SQL shows a column of this type: points in time as ISO 8601 text in UTC, JSON as
// text. `scratch` keeps what is formatted until it is cleared.
Cell output_cell(const Cell& cell, SqlType type, Arena& scratch);

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

}  // namespace whimbrel
