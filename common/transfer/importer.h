// Import: a document's rows into the tables of a host, all or nothing. See format.md's steps in docs; here
// they are validate, clear, insert parents first, raise identities, restore what was relaxed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/selection.h"

namespace whimbrel {

struct ImportOptions {
  SelectionOptions selection;
  bool clear = false;    // delete the rows of the tables of the document first
  bool dry_run = false;  // do everything, then roll back
  bool triggers = true;  // whether those of the user fire
};

struct ImportedTable {
  std::string name;
  std::uint64_t read = 0;
  std::uint64_t inserted = 0;
  std::uint64_t deleted = 0;
  double duration_ms = 0;
};

// In the order of the inserts. Throws one Error for all problems of the document before anything is written;
// a row that the database refuses is named by table, row number and line, and nothing stays written.
std::vector<ImportedTable> import_document(Host& host, const DocumentInput& input,
                                           const ImportOptions& options);

}  // namespace whimbrel
