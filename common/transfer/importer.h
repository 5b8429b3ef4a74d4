// Import: a document's rows into the tables of a host, all or nothing. See format.md's steps in docs; here
// they are validate, clear, insert parents first, raise identities, restore what was relaxed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/conflict.h"
#include "common/transfer/conversion.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/references/remapping_options.h"
#include "common/transfer/renames.h"
#include "common/transfer/selection.h"

namespace whimbrel {

struct ImportOptions {
  SelectionOptions selection;
  bool clear = false;         // delete the rows of the tables of the document first
  bool dry_run = false;       // do everything, then roll back
  bool triggers = true;       // whether those of the user fire
  bool include_logs = false;  // also tables with the rule `log`
  bool progress = false;      // a line for each table that is done
  bool create = false;        // tables were made for the document: see ColumnReading::widened
  BadText bad_text = BadText::error;
  ConflictModes on_conflict;
  RemappingOptions remapping;
  Renames renames;
  std::size_t batch_rows = RowBatch::kMaxRows;  // at most so many rows are matched, or tried in one savepoint
  // Where bad rows are told, which are then left out; null: a bad row is an error of the whole import.
  BadRows* collect = nullptr;
};

struct ImportedTable {
  std::string name;
  std::uint64_t read = 0;
  std::uint64_t inserted = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;  // in the target just so
  std::uint64_t skipped = 0;    // in the target, maybe otherwise
  std::uint64_t deleted = 0;
  RemappedCounts remapped;
  bool changed_documents = false;  // what stood in them instead of secrets became null
  double duration_ms = 0;
};

// In the order of the inserts. Throws one Error for all problems of the document before anything is written;
// a row that the database refuses is named by table, row number and line, and nothing stays written.
std::vector<ImportedTable> import_document(Host& host, const DocumentInput& input,
                                           const ImportOptions& options);

}  // namespace whimbrel
