// What an export consists of: which tables, of them which columns and rows, and what is left out as secret.
// By the options and the rules; reads no rows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/document.h"
#include "common/transfer/rules.h"
#include "common/transfer/secret_parts.h"
#include "common/transfer/selection.h"
#include "common/transfer/subset.h"

namespace whimbrel {

struct ExportOptions {
  SelectionOptions selection;
  std::map<std::string, std::string> where;   // table -> SQL condition
  std::map<std::string, std::string> subset;  // the same: these rows with all that they need
  bool include_logs = false;
  bool large_integers_as_text = false;  // those that a double cannot hold exactly
  SecretForm secrets = SecretForm::omit;
  bool progress = false;    // a line for each table that is done
  std::size_t workers = 1;  // processes that write rows, where the engine has them
  std::string text;         // what was given, as JSON: for those processes
};

// One table of an export.
struct TablePlan {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;   // of the document's rows, in their order: indexes into Table::columns
  std::vector<std::size_t> withheld;  // those of `columns` that are written without their value
  std::vector<DocumentSecrets> inside;
  SecretForm form = SecretForm::omit;  // of `inside`
  // One for each of `columns`, where its integers are to be strings; else empty.
  std::vector<IntegerPlaces> quoted;
  KeySet* keys = nullptr;  // only the rows that it has; of ExportPlan::subset
  std::string where;       // SQL condition; empty: all rows
  bool here_only = false;  // ScanRequest::here_only

  // All columns but the generated ones, all rows.
  static TablePlan whole(const Table& table);
  bool is_withheld(std::size_t column) const;
  // What a scan has to give: `columns` without `withheld`.
  std::vector<std::size_t> columns_read() const;
};

struct ExportPlan {
  std::vector<TablePlan> tables;      // parents first
  std::vector<std::string> excluded;  // tables that were chosen but for a rule or an option
  std::vector<SecretPart> redacted;
  std::shared_ptr<Subset> subset;
};

// A pattern, a name in `where` or a schema that matches nothing is kUnknownTable; a condition that is not one
// expression kInvalidOption.
ExportPlan plan_export(Host& host, const Schema& schema, const ExportOptions& options);

// Throws kInvalidOption unless the text, in parentheses, is one expression and nothing else. `option`: of
// which it is said.
void check_condition(const Dialect& dialect, std::string_view option, const std::string& table,
                     const std::string& condition);

}  // namespace whimbrel
