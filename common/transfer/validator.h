// The check of a document: one reading in which everything is checked and counted. It writes nothing, but
// hands the rows on to whoever writes them at the same time. What it finds out is what a second reading
// needs: where each table begins, how many rows it has, which columns have values.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/file/spill.h"
#include "common/host.h"
#include "common/transfer/conflict.h"
#include "common/transfer/document.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/hash.h"
#include "common/transfer/problems.h"
#include "common/transfer/renames.h"
#include "common/transfer/row_parser.h"
#include "common/transfer/selection.h"

namespace whimbrel {

enum class Presence : std::uint8_t { none, some, all };

struct IndexedColumn {
  std::size_t target = Table::npos;    // index into the target's columns; npos: not there
  std::string name;                    // in the document
  Presence presence = Presence::none;  // of keys in the rows
  std::uint64_t documents = 0;         // RowParser::documents(), where the table knows them
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
  bool documents_known = true;  // not when its rows were written while they were checked
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
  std::vector<IndexedTable> tables;   // as they stand in the document
  BadText bad_text = BadText::error;  // as the request says
  bool widened = false;               // the same
  bool must_fit = true;               // the same
  Renames renames;                    // the same

  const IndexedTable* find(std::string_view table) const;
};

struct ValidationRequest {
  const DocumentInput* input = nullptr;
  const Schema* schema = nullptr;
  SelectionOptions selection;
  // Tables, as Table::display_name(), that are only selected when `selection` names them: those of logs.
  std::vector<std::string> left_out;
  // Whether a table or column that the database lacks, or a value that a column would change, is a problem;
  // else it is only recorded.
  bool must_fit = true;
  bool makes_tables = false;  // those that the document describes will be there
  BadText bad_text = BadText::error;
  bool widened = false;  // ColumnReading::widened
  Renames renames;
  // Where problems of single rows go; null: to all others.
  Problems* row_problems = nullptr;
  // Where goes what the catalog says against rows (RowCheck); null: it is not asked. Of rows whose values
  // nobody wants.
  Problems* row_checks = nullptr;
  // With row_checks: also whether a unique key's values stand in two rows.
  bool unique_keys = false;
  const ConflictModes* on_conflict = nullptr;  // what becomes of rows that are there; null: an error
};

// Finds all problems of the tables selected; also those that are not selected must be valid JSON and
// undamaged. An error of the document as a whole (its syntax, its shape) is the last problem, since nothing
// behind it can be read; where it is the only one, it is thrown as it is. Errors of the host are thrown at
// once.
//
// Calls in this order: begin(), then next_table() until it is false, for each table next_row() as long as the
// caller wants its rows, at last finish().
class DocumentCheck : private RowFaults {
 public:
  // All arguments must outlive it.
  DocumentCheck(Host& host, const ValidationRequest& request, Problems& problems);
  ~DocumentCheck() override;

  // What a table's name in the document stands for.
  struct Match {
    const Table* target = nullptr;  // null: the database has none of this name
    TableName name;
    bool selected = true;  // by the options
  };
  Match match(const std::string& table) const;

  // Reads what has to be known before the rows.
  const DocumentIndex& begin();
  // From now on next_row() gives values; before the first next_table(). Leaves target_digest out.
  void want_values() { want_values_ = true; }

  // Goes on to where rows of a table begin, checking those before it that nobody wanted; false at the end.
  bool next_table();
  // The table that next_table() found; the reference holds until the next call of it.
  const IndexedTable& table() const { return index_->tables[current_]; }
  // Whether rows of table() are left here.
  bool has_row();
  // Checks a row and gives its values, one cell per entry of table().columns, in memory of `arena`; false
  // when has_row() is. Only after want_values(), of a table that is selected and has a target. Reaches the
  // host only through the document's input.
  bool next_row(Cell* cells, Arena& arena);
  // Whether the last row had a key for each of them.
  bool row_is_complete() const { return row_is_complete_; }
  // Whether nothing was found wrong so far.
  bool clean() const { return problems_.empty() && !fatal_; }

  std::unique_ptr<DocumentIndex> finish();
  // After finish(): whether the document could be read to its end; else only what comes before is known.
  bool was_read() const { return was_read_; }

 private:
  struct Work;

  template <typename Body>
  void guard(Body&& body);
  const Table* find_target(const std::string& name) const;
  DocumentPart take_part();
  void begin_table();
  bool is_unknown(const IndexedTable& table) const;
  void report_unknown_table(const IndexedTable& table, const json::Position& position);
  std::size_t add_table(const std::string& name);
  Work prepare(IndexedTable& table);
  void read_row(Cell* cells, Arena& arena);
  void report_unknown_column(const std::string& name, const json::Position& position);
  void unknown_column(const std::string& name) override;
  void duplicate_column(const std::string& name) override;
  void misfit(const std::string& column, const Misfit& misfit) override;
  void check_row(const Cell* cells);
  void report_repeated_keys();
  Problems& row_problems() { return request_.row_problems != nullptr ? *request_.row_problems : problems_; }
  void check_tables();
  void check_renames() const;
  void check_end();
  void damaged(const std::string& table, std::string message);
  static void finish_table(IndexedTable& table, Work& work);
  static std::string undeclared_key(const IndexedTable& table, const Work& work);

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Host& host_;
  const ValidationRequest& request_;
  Problems& problems_;
  std::unique_ptr<DocumentIndex> index_ = std::make_unique<DocumentIndex>();
  std::optional<SpillSpace> space_;  // of hashes of keys
  std::vector<Work> works_;          // one per table of the index
  std::vector<TableName> names_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::unique_ptr<DocumentStream> stream_;
  std::optional<DocumentCursor> cursor_;
  std::optional<DocumentPart> ahead_;  // read, but not yet looked into
  std::optional<EndMark> end_;
  std::optional<Error> fatal_;  // behind which nothing can be read
  std::size_t current_ = kNone;
  bool has_metadata_ = false;
  bool want_values_ = false;
  bool row_is_complete_ = false;
  bool row_is_faulty_ = false;  // the last one
  bool was_read_ = false;
  Arena arena_;  // of rows that nobody wants
};

// The whole check, for who wants no rows.
std::unique_ptr<DocumentIndex> validate_document(Host& host, const ValidationRequest& request,
                                                 Problems& problems);

// How the values of a document's column are read into a column of the target. `declared`: null when the
// document does not tell.
ColumnReading target_reading(const Dialect& dialect, const DocumentIndex& index, const Column& column,
                             const DocumentColumn* declared);

}  // namespace whimbrel
