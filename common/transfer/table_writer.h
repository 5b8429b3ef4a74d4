// The rows of one table of a document into the table of the database: what is inserted, updated and left as
// it is, and which rows are bad. For documents that were checked before; order, savepoints around the whole
// and what is compared afterwards are the importer's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/conflict.h"
#include "common/transfer/importer.h"
#include "common/transfer/kept_secrets.h"
#include "common/transfer/matched_rows.h"
#include "common/transfer/pending_rows.h"
#include "common/transfer/references/remapping.h"
#include "common/transfer/row_chunk.h"
#include "common/transfer/rules.h"
#include "common/transfer/table_rows.h"
#include "common/transfer/validator.h"

namespace whimbrel {

// The key by which updates find the row that is there: the primary key, else one of columns that are never
// null; empty when the document's rows have none. Throws kInvalidOption for a table without any.
std::vector<std::size_t> match_key(const IndexedTable& table);
// Whether rows are looked up before they are written, so that others must not write meanwhile.
bool is_matched(const Table& table, OnConflict mode);

// Whether a reference leads nowhere: the engine's word for it, or ours.
bool is_broken_reference(const Error& error);

class TableWriter {
 public:
  // All arguments must outlive it. `remapping`: null when rows are written as the document has them.
  TableWriter(Host& host, const DocumentInput& input, const DocumentIndex& index,
              const ImportOptions& options, const Rules& rules, Remapping* remapping)
      : host_(host), input_(input), index_(index), options_(options), rules_(rules), remapping_(remapping) {}

  // Foreign keys are not deferred already, so that write() may do so for a while.
  void may_defer() { may_defer_ = true; }
  // Writes the rows of `table`, and puts its identities above them unless this is a dry run. `empty`: the
  // target has no rows. Gives what it counted, all but the name, the time, and what was deleted.
  ImportedTable write(const IndexedTable& table, OnConflict mode, bool empty, bool may_load);

 private:
  // Which of the table's rows, by whether they have the value of one cell.
  struct Part {
    TableRows::Filter filter = TableRows::Filter::all;
    std::size_t cell = 0;
  };
  // How they go into the table.
  struct Way {
    InsertRequest insert;
    OnConflict mode = OnConflict::error;
    std::vector<std::size_t> key;  // of updates; empty: there are none
  };

  // Readers that leave rows out, between the document's rows and those that are written; null: none.
  struct Between {
    const RemappedReader* remapped = nullptr;
    const MatchedRows* matched = nullptr;

    // Which of the document's rows, from 0, a row is that was given lately, from 0.
    std::optional<std::uint64_t> source_of(std::uint64_t given) const;
  };

  void write_part(const Part& part, const Way& way);
  MatchRequest match_request(const Way& way);
  bool finds_rows() const;
  std::vector<std::size_t> columns_with(RuleKind kind) const;
  void settle(const Way& way, const WriteCounts& counts, std::uint64_t given);
  void write_chunks(const Way& way, TableRows& rows, RowReader& read, const Between& between);
  // What becomes of a row of a chunk that the host refuses.
  using Reject = std::function<void(std::size_t row, const Error& error)>;
  // `begins`: where groups of rows begin that are written together or not at all, and the chunk's end.
  void write_tried(const Way& way, const RowChunk& chunk, const std::vector<std::size_t>& begins,
                   const Reject& reject);
  bool write_deferred(const Way& way, const RowChunk& chunk, std::size_t begin, std::size_t end);
  void write_pending(const Way& way, const PendingRows& pending);
  std::uint64_t left_out() const;
  void tell_secrets(const std::vector<DocumentSecrets>& inside) const;
  WriteCounts put(const Way& way, RowReader& rows);
  void count(const WriteCounts& counts);
  void require(std::uint64_t written, std::uint64_t given) const;
  void refuse_one_row_twice(KeySet& others, bool met_twice) const;
  void explain(Error& error, const Part& part, const Way& way, const Between& between);

  Host& host_;
  const DocumentInput& input_;
  const DocumentIndex& index_;
  const ImportOptions& options_;
  const Rules& rules_;
  Remapping* remapping_;
  const IndexedTable* table_ = nullptr;
  ImportedTable result_;
  bool may_defer_ = false;
  std::optional<KeptSecrets> secrets_;  // none where the table has no such documents
};

}  // namespace whimbrel
