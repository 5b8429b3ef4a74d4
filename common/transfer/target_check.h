// Rows of a document beside those of the database: keys that are taken, secrets that nobody has. Writes
// nothing.
#pragma once

#include "common/host.h"
#include "common/transfer/conflict.h"
#include "common/transfer/problems.h"
#include "common/transfer/rules.h"
#include "common/transfer/validator.h"

namespace whimbrel {

// The rows of one table of a document.
struct DocumentRows {
  Host& host;
  const DocumentInput& input;
  const DocumentIndex& index;
  const IndexedTable& table;
};

// Which of the table's columns have values in the document.
bool is_given(const IndexedTable& table, std::size_t column);

// Errors where `mode` makes one of a row that the target has; a warning for each secret of a new row for
// which there is no value anywhere.
void check_against_target(const DocumentRows& rows, OnConflict mode, const Rules& rules, Problems& errors,
                          Problems& warnings);
// Where rows may be updated or replaced: errors for those that lack a value, and for values of a unique key
// that another row has. `match`: the key by which rows are found; empty: all are new. Rows that natural keys
// find are passed over.
void check_updates(const DocumentRows& rows, OnConflict mode, const std::vector<std::size_t>& match,
                   const Rules& rules, Problems& errors);

}  // namespace whimbrel
