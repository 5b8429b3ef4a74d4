// A table as PostgreSQL will have it, and the statements that make it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/move/column_type.h"
#include "common/move/source.h"

namespace whimbrel::move {

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

}  // namespace whimbrel::move
