#include "common/transfer/verify.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "common/error.h"
#include "common/transfer/completed_rows.h"
#include "common/transfer/differing_rows.h"
#include "common/transfer/digest.h"
#include "common/transfer/export_rows.h"
#include "common/transfer/exporter.h"
#include "common/transfer/problems.h"
#include "common/transfer/schema_of_call.h"
#include "common/transfer/table_rows.h"
#include "common/transfer/validator.h"

namespace whimbrel {

namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += "\"" + name + "\"";
  }
  return text;
}

// Without metadata only the rows tell the columns, and only now is it known which: they are read once more.
Hash digest_of_rows(Host& host, const DocumentInput& input, const DocumentIndex& index,
                    const IndexedTable& table, const std::vector<std::size_t>& columns) {
  std::vector<TableDigest::Column> digested;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.target->columns[columns[i]];
    digested.push_back({column.name, column.kind, i});
  }
  TableDigest digest(std::move(digested));
  TableRows rows(host, input, index, table, columns);
  CompletedRows completed(host, *table.target, columns, rows);
  RowBatch batch;
  while (completed.next(batch)) digest.add(batch);
  return digest.digest();
}

// Both sides are read again: only where they differ.
std::string differing(Host& host, const DocumentInput& input, const DocumentIndex& index,
                      const IndexedTable& table, const TablePlan& plan) {
  std::vector<TableDigest::Column> columns;
  std::vector<std::size_t> key;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const Column& column = table.target->columns[plan.columns[i]];
    columns.push_back({column.name, column.kind, i});
  }
  for (const std::size_t column : table.target->primary_key)
    if (const auto at = std::ranges::find(plan.columns, column); at != plan.columns.end())
      key.push_back(static_cast<std::size_t>(at - plan.columns.begin()));
  if (key.size() != table.target->primary_key.size()) key.clear();
  if (columns.empty()) return {};
  return show_differing_rows(
      columns, key,
      [&](const std::function<void(const Cell*)>& take) {
        TableRows rows(host, input, index, table, plan.columns);
        CompletedRows completed(host, *table.target, plan.columns, rows);
        RowBatch batch;
        while ((table.declared != nullptr ? static_cast<RowReader&>(rows) : completed).next(batch))
          for (std::size_t i = 0; i < batch.rows(); ++i) take(batch.row(i));
      },
      [&](const std::function<void(const Cell*)>& take) {
        ExportRows rows(host, plan, false, false);
        while (rows.next()) {
          for (std::size_t i = 0; i < rows.rows(); ++i) take(rows.row(i));
          host.check_interrupt();
        }
      });
}

void add_differing(VerifiedTable& verified, const std::string& rows) {
  if (!rows.empty()) verified.detail += "; " + rows;
}

VerifiedTable verify_table(Host& host, const DocumentInput& input, const DocumentIndex& index,
                           const IndexedTable& table, const std::map<std::string, std::string>& where) {
  VerifiedTable verified;
  verified.name = table.name;
  verified.expected_rows = table.rows;
  if (table.target == nullptr) {
    verified.detail = "the table does not exist";
    return verified;
  }
  TablePlan plan;
  plan.table = table.target;
  if (const auto condition = where.find(table.name); condition != where.end()) plan.where = condition->second;
  plan.form = index.metadata.secrets;
  for (const SecretPart& part : index.metadata.redacted) {
    const std::size_t column = table.target->find_column(part.column);
    if (part.table == table.name && !part.path.empty() && column != Table::npos)
      plan.inside.push_back({column, {part.path}});
  }
  std::vector<std::size_t>& compared = plan.columns;
  std::vector<std::string> left_aside;
  for (const Column& column : table.target->columns)
    if (index.metadata.is_redacted(table.name, column.name)) left_aside.push_back(column.name);
  for (const IndexedColumn& column : table.columns) {
    bool in_document = column.presence != Presence::none;
    if (table.declared != nullptr) {
      in_document = false;
      for (const DocumentColumn& declared : table.declared->columns)
        in_document |= declared.name == column.name;
    }
    if (in_document) {
      compared.push_back(column.target);
    } else if ((table.rows > 0 || table.declared != nullptr) &&
               std::ranges::find(left_aside, column.name) == left_aside.end()) {
      left_aside.push_back(column.name);
    }
  }
  const ExportedTable live = digest_table(host, plan);
  verified.actual_rows = live.rows;
  if (!table.unknown_columns.empty()) {
    verified.detail = "the table lacks the column" +
                      std::string(table.unknown_columns.size() > 1 ? "s " : " ") +
                      listed(table.unknown_columns);
    return verified;
  }
  if (live.rows != table.rows) {
    verified.detail = "the number of rows differs";
    add_differing(verified, differing(host, input, index, table, plan));
    return verified;
  }
  const Hash expected = table.declared != nullptr ? table.target_digest
                        : table.rows == 0         ? Hash()
                                                  : digest_of_rows(host, input, index, table, compared);
  verified.matches = expected == live.digest;
  if (!verified.matches) {
    verified.detail = "the rows differ: digest " + to_hex(live.digest) + " instead of " + to_hex(expected);
    add_differing(verified, differing(host, input, index, table, plan));
  } else if (!left_aside.empty()) {
    verified.detail = "not in the document: " + listed(left_aside);
  }
  return verified;
}

}  // namespace

std::vector<VerifiedTable> verify_document(Host& host, const DocumentInput& input,
                                           const SelectionOptions& selection,
                                           const std::map<std::string, std::string>& where) {
  const Schema schema = schema_of_call(host, selection);
  ValidationRequest request;
  request.input = &input;
  request.schema = &schema;
  request.selection = selection;
  request.must_fit = false;
  request.widened = true;  // a table that was made for the document holds the same in another form
  Problems problems;
  const auto index = validate_document(host, request, problems);
  problems.throw_if_any();
  for (const auto& [name, condition] : where) {
    const IndexedTable* table = index->find(name);
    if (table == nullptr || !table->selected)
      throw Error(code::kInvalidOption, "table \"" + name + "\" of option \"where\" is not compared");
    check_condition(host.dialect(), "where", name, condition);
  }
  std::vector<VerifiedTable> verified;
  for (const IndexedTable& table : index->tables) {
    if (table.selected) verified.push_back(verify_table(host, input, *index, table, where));
  }
  return verified;
}

}  // namespace whimbrel
