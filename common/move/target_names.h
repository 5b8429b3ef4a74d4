// What the tables, columns, indexes and constraints of a SQLite database are called in PostgreSQL.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/move/translation.h"

namespace whimbrel::move {

class TargetNames {
 public:
  // `options` must outlive this.
  explicit TargetNames(const TranslationOptions& options) : options_(options) {}

  // As the option `names` has it.
  std::string of(const std::string& name) const;
  // The same for a column, which no system column may be called.
  std::string of_column(const std::string& name) const;
  // The same for a constraint of one table: at most 63 bytes.
  std::string of_constraint(const std::string& name) const;
  // Names the tables with their columns, of their sources. Throws kUnsupported for names that are too long,
  // or that become one.
  void name(std::vector<TargetTable>& tables);
  // For an index, a key or a view: a name that no other relation of the schema has.
  std::string free(const std::string& wanted);

 private:
  const TranslationOptions& options_;
  std::set<std::string> taken_;  // of relations
};

}  // namespace whimbrel::move
