// An import whose ids change, or whose rows may be left out: which of its tables are touched, and their rows
// with all keys and references as they are written. Stands between who reads the rows of a document and who
// writes them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "common/host.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/references/document_references.h"
#include "common/transfer/references/key_maps.h"
#include "common/transfer/references/left_out_search.h"
#include "common/transfer/references/remapping_options.h"
#include "common/transfer/row_numbers.h"
#include "common/transfer/rules.h"
#include "common/transfer/validator.h"
#include "common/value.h"

namespace whimbrel {

// Throws kInvalidOption for an option that has no meaning where no Remapping is needed.
void require_meaning(const RemappingOptions& options, const Rules& rules);

// Rows as they are to be written.
class RemappedReader : public RowReader {
 public:
  // Which of the source's rows, from 1, were given lately.
  virtual const RowNumbers& numbers() const = 0;
};

// Where rows go whose references lead nowhere, and that are left out and told.
struct BadReferences {
  BadRows* rows = nullptr;  // null: they are errors
  // The number in the document of a row of the source, counted from 0.
  std::function<std::uint64_t(std::uint64_t)> number;
};

class Remapping {
 public:
  // Whether such an import may change ids at all.
  static bool may_change_ids(const RemappingOptions& options, const Rules& rules);
  // Whether it may, or may leave out a row that others name where nobody else would see it.
  static bool is_needed(const RemappingOptions& options, const Rules& rules);

  // All must outlive it; `tables` are those that are imported, in the order in which they are written.
  Remapping(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
            const Rules& rules, const RemappingOptions& options, const std::vector<const Table*>& tables,
            KeyTrial* trial = nullptr);

  // Finds and mints all keys: after the tables were cleared, before the first row is written.
  void prepare();
  // Instead, of a trial.
  void try_keys() { maps_.prepare(); }

  // Whether rows of the table differ from those of the document.
  bool changes(const Table& table) const;
  // Whether each row gets a value for the column, whether the document has one or not.
  bool assigns(const Table& table, std::size_t column) const;
  // Whether rows get a value for the column that the document does not have: that of the row of the target
  // that is theirs.
  bool finds(const Table& table, std::size_t column) const;
  // The rows of `source`, whose cells stand for `columns`, as they are to be written. Its next() throws for
  // all references of the table that lead nowhere, unless they go to `bad`. Arguments must outlive it.
  std::unique_ptr<RemappedReader> rows(const Table& table, const std::vector<std::size_t>& columns,
                                       RowReader& source, BadReferences bad);
  // After a table was written of which the database may have kept rows back.
  void find_unwritten(const Table& table) { left_out_->find_unwritten(table); }
  // After the last row: throws for references to such rows that nobody else has refused.
  void require_written() { left_out_->require_written(); }
  const RemappedCounts& counts(const Table& table) const;

 private:
  friend class RemappedRows;
  struct TableWork {
    const Table* table = nullptr;
    TableKeys* keys = nullptr;
    std::vector<DocumentReferences> documents;
    std::vector<std::pair<std::size_t, std::string>> templates;  // of a text column
    RemappedCounts counts;
  };
  static constexpr std::size_t kMostStale = 20;  // old ids that are named one by one

  void check_templates() const;
  const TableWork* find(const Table& table) const;

  Host& host_;
  const RemappingOptions& options_;
  KeyMaps maps_;
  std::vector<TableWork> works_;
  std::optional<LeftOutSearch> left_out_;  // once all works are there
  std::uint64_t stale_ = 0;                // old ids that were left in texts and documents
};

}  // namespace whimbrel
