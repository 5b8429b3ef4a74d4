// Writing rows while their document is still being checked: for documents that say beforehand what they hold,
// and hold it in an order in which it can be written, as our own exports do. Everything else is checked first
// and read once more. Decides and hands rows on; what is written, and undone, is the importer's.
#pragma once

#include <optional>

#include "common/host.h"
#include "common/transfer/order.h"
#include "common/transfer/validator.h"
#include "common/value.h"

namespace whimbrel {

// Whether the table may store other values than it is given, which only the stored ones tell: a trigger or a
// rule changes them, or a column rounds what stands inside of them. What a column makes of single values is
// known from them (column_limit.h), and a column of the same type in the source has rounded already.
bool may_change_values(const Dialect& dialect, const Table& table, const DocumentTable& declared);

// After DocumentCheck::begin(): the tables to write, in the document's order, when its rows can be written as
// they come. The metadata must name every column of every table, so that no default is computed (a sequence
// would keep what a document takes that turns out to be damaged), no table may change values, and parents
// must come before children.
std::optional<TableOrder> order_to_write_along(const Host& host, const DocumentCheck& check,
                                               const Metadata& metadata);

// What CheckedRows throws into the host's insert: nothing of this document may be written, or not in this
// way.
struct WritingStopped : Error {
  WritingStopped() : Error(code::kInternal, "the document cannot be written while it is checked") {}
};

// The rows of the table in front of which `check` stands, for its target's columns in table().columns. Throws
// WritingStopped when the check finds anything wrong, or a row lacks a column.
class CheckedRows : public RowReader {
 public:
  explicit CheckedRows(DocumentCheck& check) : check_(check) {}

  std::size_t columns() const override { return check_.table().columns.size(); }
  bool next(RowBatch& batch) override;
  bool batch_stands_alone() const override { return true; }

 private:
  DocumentCheck& check_;
};

}  // namespace whimbrel
