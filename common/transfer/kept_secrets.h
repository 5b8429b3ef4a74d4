// What is secret inside the documents of imported rows: a document that leaves it out gets what the row of
// the database has there. Knows nothing about where rows come from and how they are matched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/transfer/rules.h"
#include "common/transfer/secret_parts.h"
#include "common/transfer/validator.h"
#include "common/value.h"

namespace whimbrel {

// Which parts of the table's documents are secret: by rules of the database, and by what the document, where
// the table is called `name`, says that it has left out.
std::vector<DocumentSecrets> secrets_inside(const Table& table, const std::string& name, const Rules& rules,
                                            const DocumentIndex& index);

class KeptSecrets {
 public:
  // For rows whose cells stand for `columns`; secrets of other columns do not matter.
  KeptSecrets(const std::vector<std::size_t>& columns, const std::vector<DocumentSecrets>& secrets);

  bool empty() const { return parts_.empty(); }
  // Puts into a row's documents what those of the row that is there have; in memory of `arena`.
  void put_back(Cell* cells, const Cell* existing, Arena& arena);
  // The same for a row that is new: what stands there instead of a secret becomes null.
  void put_nothing(Cell* cells, Arena& arena);
  // New rows that have documents in such columns.
  std::uint64_t new_rows() const { return new_rows_; }
  // Whether something was made null.
  bool has_lost() const;

 private:
  struct Inside {
    std::size_t place;
    SecretParts parts;
  };
  static void merge(Inside& inside, Cell& cell, std::string_view kept, Arena& arena);

  std::vector<Inside> parts_;
  std::uint64_t new_rows_ = 0;
};

// Rows that are all new.
class NewRows : public RowReader {
 public:
  // Both must outlive it.
  NewRows(RowReader& source, KeptSecrets& secrets) : source_(source), secrets_(secrets) {}

  std::size_t columns() const override { return source_.columns(); }
  bool next(RowBatch& batch) override;

 private:
  RowReader& source_;
  KeptSecrets& secrets_;
};

}  // namespace whimbrel
