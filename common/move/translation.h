// A SQLite database as PostgreSQL has it: for every object what becomes of it, as statements and as a report
// in which nothing is missing. Made from the schema and the profiles; runs nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/move/column_type.h"
#include "common/move/expression.h"
#include "common/move/profile.h"
#include "common/move/source.h"
#include "common/move/target_table.h"

namespace whimbrel::move {

enum class Names : std::uint8_t { keep, fold };

struct TranslationOptions {
  Names names = Names::keep;
  std::string schema;                // of the target
  const Schema* existing = nullptr;  // tables of the target that references may lead to
  bool dotted = false;  // "sales.orders" is table orders of schema sales, as documents of PostgreSQL name it
  std::map<std::string, std::string> types;  // "table.column" of SQLite to a type of PostgreSQL
  // As the profiles: whether a column that computes nothing any more keeps its values.
  GeneratedColumns generated = GeneratedColumns::have_values;
};

// A row of inspect_sqlite().
struct Finding {
  std::string object, kind, declared, found, target, loss, reason;
  std::string table;  // of SQLite, for the import's notes; empty for objects beside tables
};

struct Translation {
  std::vector<std::string> before;  // schema, collation
  std::vector<TargetTable> tables;
  std::vector<OptionalStatement> views;
  std::vector<Finding> findings;
};

// `tables`: indexes into the source's, those that are moved; `profiles` are theirs.
Translation translate(const SourceSchema& source, const std::vector<std::size_t>& tables,
                      const std::vector<TableProfile>& profiles, const TranslationOptions& options);

}  // namespace whimbrel::move
