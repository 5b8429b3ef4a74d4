// A translation while it is made, and what its parts ask of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/move/expression.h"
#include "common/move/target_names.h"
#include "common/move/translation.h"
#include "common/schema/sqlite/create.h"

namespace whimbrel::move {

// Tables are named by their index in result.tables, columns by theirs in the table.
struct Draft {
  Draft(const SourceSchema& source, const std::vector<std::size_t>& chosen,
        const std::vector<TableProfile>& profiles, const TranslationOptions& options);

  const SourceTable& source_of(std::size_t table) const { return *result.tables[table].source; }
  const sqlite::CreateTable& create_of(std::size_t table) const {
    return *source_of(table).statement.table();
  }
  // Null for one that CREATE TABLE does not name.
  const sqlite::TableColumn* declared(std::size_t table, const std::string& column) const;
  // Table::npos for one that is not moved.
  std::size_t find_table(const std::string& name) const;
  // `"a", "b"`
  std::string column_list(std::size_t table, const std::vector<std::size_t>& columns) const;

  // What expressions of the table may name.
  NameScope scope_of(std::size_t table) const;
  // What the expression of a generated column may name.
  NameScope scope_of_stored(std::size_t table) const;

  Finding finding_of(std::size_t table, std::string kind, std::string object,
                     std::string declared_text) const;
  // Its index in result.findings.
  std::size_t report(Finding finding);

  const SourceSchema& source;
  const std::vector<TableProfile>& profiles;
  const TranslationOptions& options;
  Translation result;
  TargetNames names;
  bool needs_nocase = false;
};

// Quoted, with its schema.
std::string full_name(const TargetTable& table);

}  // namespace whimbrel::move
