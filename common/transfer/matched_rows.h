// The rows of an import beside those that the target has already: what becomes of each of them. Reads rows of
// a document in batches, looks their keys up in the target, and gives on what has to be written. Writes
// nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/host.h"
#include "common/transfer/cell_equality.h"
#include "common/transfer/conflict.h"
#include "common/transfer/kept_secrets.h"
#include "common/transfer/key_set.h"
#include "common/transfer/row_numbers.h"
#include "common/value.h"

namespace whimbrel {

struct MatchRequest {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;            // of the rows
  std::vector<std::vector<std::size_t>> keys;  // in any of which a row may be one of the target's; for
                                               // updates the one that matches
  OnConflict mode = OnConflict::skip;
  std::vector<std::size_t> volatile_columns;  // whose values alone make no row another one
  std::vector<std::size_t> kept_columns;      // secrets: without a value in the document they stay, always
  std::vector<std::size_t> minted_columns;    // for new rows: those that are there keep their own values
  KeptSecrets* secrets = nullptr;             // of `columns`; null: none
};

// For OnConflict::skip the rows that the target does not have, as they are. Else rows for Host::write():
// those that it does not have, and those that differ, of which only the cells that differ are given on where
// the mode is `update`.
class MatchedRows : public RowReader {
 public:
  // All arguments must outlive it.
  MatchedRows(Host& host, const MatchRequest& request, RowReader& source);

  std::size_t columns() const override { return request_.columns.size() + first_; }
  bool next(RowBatch& batch) override;

  std::uint64_t unchanged() const { return unchanged_; }
  std::uint64_t skipped() const { return skipped_; }
  // The keys of rows of the target that equal those of the source and are spelled otherwise (`ABC` and `abc`
  // where case does not count), as they were; null: none. A row of the source that is spelled so is the same
  // row of the target.
  KeySet* other_keys() { return other_keys_ ? &*other_keys_ : nullptr; }
  // Whether two rows of the source met the same of these.
  bool met_twice() const { return met_twice_; }
  // Which of the source's rows, from 1, were given lately.
  const RowNumbers& numbers() const { return numbers_; }

 private:
  enum class Outcome : std::uint8_t { fresh, unchanged, changed, respelled };

  void match(const std::vector<std::size_t>& key);
  bool collect_keys(const std::vector<std::size_t>& key);
  void compare(std::size_t row, const Cell* existing);
  void note_other_key(const Cell* existing);
  RowAction action_of(Outcome outcome) const;
  void give(RowBatch& batch);
  bool becomes_null(std::size_t column) const;

  Host& host_;
  const MatchRequest& request_;
  RowReader& source_;
  std::size_t first_;  // where a row's cells begin: behind its action, where there is one
  std::vector<bool> volatile_;
  std::vector<bool> kept_;
  std::vector<bool> minted_;
  std::vector<bool> key_;
  CellEquality equality_;
  RowBatch rows_;
  RowBatch keys_;
  std::vector<std::size_t> row_of_key_;
  RowBatch found_;
  std::vector<Outcome> outcomes_;
  std::vector<Cell> cells_;  // what is written: a copy of the batch's cells, some of them changed
  Arena arena_;              // of values that stay
  RowNumbers numbers_;
  std::uint64_t read_ = 0;
  std::uint64_t unchanged_ = 0;
  std::uint64_t skipped_ = 0;
  std::optional<KeySet> other_keys_;
  bool met_twice_ = false;
};

}  // namespace whimbrel
