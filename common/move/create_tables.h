// Tables that a document has and the database has not, made from what the document's metadata says: option
// `create` of imports, on both engines and between them.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/renames.h"
#include "common/transfer/selection.h"

namespace whimbrel::move {

// Those of the document that the options choose and that are missing, under the names that `renames` gives
// them, with keys, checks, defaults and indexes where the document tells them, else with types and primary
// keys. From SQLite to PostgreSQL the values of the document decide the types, as they do when a file moves.
// Where the database has no history of migrations yet, that of the document is recorded. Returns what is
// lost, a line each. Nothing of the document becomes SQL but names, and statements whose every token was
// understood.
std::vector<std::string> create_missing_tables(Host& host, const DocumentInput& input,
                                               const SelectionOptions& selection, const Renames& renames);

// What becomes of a part of such a table.
struct CreationDecision {
  std::string table;   // as the document calls it; empty for what stands beside tables
  std::string column;  // empty: about the table
  std::string text;
  bool loss = false;
};

// Whether they could be made, without making them: throws kInvalidDocument where the document does not tell
// how. Returns every decision, as inspect_sqlite() does, and what would be lost: all but what the engine
// itself says when it makes an index, a check or a default.
std::vector<CreationDecision> check_missing_tables(Host& host, const DocumentInput& input,
                                                   const SelectionOptions& selection, const Renames& renames);

}  // namespace whimbrel::move
