// The first pass over a document: everything is checked and counted, nothing is written. What it finds out is
// what the second pass needs: where each table begins, how many rows it has, which columns have values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/document.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/hash.h"
#include "common/transfer/problems.h"
#include "common/transfer/row_parser.h"
#include "common/transfer/selection.h"

namespace whimbrel {

enum class Presence : std::uint8_t { none, some, all };

struct IndexedColumn {
  std::size_t target = Table::npos;  // index into the target's columns; npos: not there
  std::string name;
  Presence presence = Presence::none;  // of keys in the rows
  std::uint64_t documents = 0;         // RowParser::documents()
};

// One table of a document.
struct IndexedTable {
  std::string name;
  const Table* target = nullptr;            // null: the database has none of this name
  const DocumentTable* declared = nullptr;  // null: the metadata does not tell; points into DocumentIndex
  bool selected = true;                     // by the options
  bool has_rows_part = false;               // its rows were seen (an empty table may have none in lines)
  json::Position start;                     // for DocumentCursor::at_table()
  std::uint64_t rows = 0;
  std::vector<IndexedColumn>
      columns;  // the target's without generated ones; where there is none, the declared
  std::vector<std::string> unknown_columns;  // keys or declared columns that the target lacks
  // Of the rows as the target's columns hold them, over the columns that the document declares; only when
  // `declared` and `target`.
  Hash target_digest;
};

struct DocumentIndex {
  Layout layout = Layout::document;
  Metadata metadata;
  std::vector<IndexedTable> tables;  // as they stand in the document

  const IndexedTable* find(std::string_view table) const;
};

struct ValidationRequest {
  const DocumentInput* input = nullptr;
  const Schema* schema = nullptr;
  SelectionOptions selection;
  // Whether a table or column that the database lacks is a problem; else it is only recorded.
  bool must_fit = true;
};

// Finds all problems of the tables selected; also those that are not selected must be valid JSON and
// undamaged. An error of the document as a whole (its syntax, its shape) is the last problem, since nothing
// behind it can be read.
std::unique_ptr<DocumentIndex> validate_document(Host& host, const ValidationRequest& request,
                                                 Problems& problems);

// How the values of a document's column are read into a column of the target.
ColumnReading target_reading(const Dialect& dialect, const Metadata& metadata, const Column& column,
                             const DocumentColumn* declared);

}  // namespace whimbrel
