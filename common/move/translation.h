// A SQLite database as PostgreSQL has it: for every object what becomes of it, as statements and as a report
// in which nothing is missing. Made from the schema and the profiles; runs nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/move/column_type.h"
#include "common/move/expression.h"
#include "common/move/profile.h"
#include "common/move/source.h"

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

// A statement that may be left out when PostgreSQL refuses it; `finding` is its line in the report.
struct OptionalStatement {
  std::string sql;
  std::size_t finding = 0;
  std::string otherwise;  // tried then, if there is one: with this loss
  std::string otherwise_loss;
  bool is_check = false;   // of each row by itself: it may as well be there before them
  bool proven = true;      // PostgreSQL surely takes it, as far as its types go
  std::string doubt = {};  // of a default: see Translated
};

struct TargetColumn {
  std::string name;
  ColumnDecision decision;
  std::string definition = {};  // for CREATE TABLE, without the expression
  std::string expression = {};  // " GENERATED ALWAYS AS (…) STORED"; empty: none
  std::size_t finding = 0;      // of a column with an expression

  bool computed() const { return !expression.empty(); }
};

struct TargetTable {
  const SourceTable* source = nullptr;
  std::string schema;
  std::string name;                            // bare
  std::vector<TargetColumn> columns;           // of Table::columns
  bool generated_proven = true;                // PostgreSQL surely takes the expressions
  std::vector<OptionalStatement> before_rows;  // defaults
  std::vector<OptionalStatement> after_rows;   // keys, checks, indexes
  std::vector<OptionalStatement> references;   // when all tables have their rows
  std::string identity;                        // bare name of the column; empty: none
  bool loses_data = false;

  // CREATE TABLE, without keys, and with the expressions of those columns only of which computes() is true.
  std::string create(const std::function<bool(const TargetColumn&)>& computes) const;
  std::string create() const {
    return create([](const TargetColumn&) { return true; });
  }
  std::string create_plain() const {
    return create([](const TargetColumn&) { return false; });
  }
  bool has_expressions() const { return std::ranges::any_of(columns, &TargetColumn::computed); }
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
