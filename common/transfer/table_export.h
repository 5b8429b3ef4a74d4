// The rows of one table of an export, as they are written and counted: the same in whichever process.
#pragma once

#include "common/transfer/digest.h"
#include "common/transfer/document_writer.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/export_rows.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

class TableExport {
 public:
  // `plan` must outlive it.
  TableExport(const TablePlan& plan, Layout layout, const Dialect& dialect, const ExportOptions& options)
      : row_writer_(columns_of(plan), {layout, plan.table->display_name(), dialect.dynamic_types,
                                       options.large_integers_as_text}),
        digest_(digest_of(plan)) {}

  // The rows that were read last.
  void write(ExportRows& rows, DocumentWriter& writer) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      const Cell* row = rows.row(i);
      digest_.add(row);
      writer.row(row_writer_, row);
    }
  }
  TableDigest& digest() { return digest_; }

  // Of the values that the document has: cell i of a row stands for plan.columns[i].
  static TableDigest digest_of(const TablePlan& plan) {
    std::vector<TableDigest::Column> list;
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      if (plan.is_withheld(plan.columns[i])) continue;
      const Column& column = plan.table->columns[plan.columns[i]];
      list.push_back({column.name, column.kind, i});
    }
    return TableDigest(std::move(list));
  }

 private:
  static std::vector<RowWriter::Column> columns_of(const TablePlan& plan) {
    std::vector<RowWriter::Column> columns;
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
      const Column& column = plan.table->columns[plan.columns[i]];
      columns.push_back({column.name, column.kind, plan.quoted.empty() ? nullptr : &plan.quoted[i]});
    }
    return columns;
  }

  RowWriter row_writer_;
  TableDigest digest_;
};

}  // namespace whimbrel
