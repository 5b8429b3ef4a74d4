// Which tables a call is about: the options tables, schemas, exclude and skip. Knows names only, reads no
// rows.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/options.h"
#include "common/schema/model.h"

namespace whimbrel {

// Patterns: `*` and `?`; `*` alone matches every table, a pattern without a dot tables of the default schema,
// another one schema.table. A table's exact name (also one with a dot or a star in it) always matches.
struct SelectionOptions {
  std::vector<std::string>
      tables;  // empty: all, but Whimbrel's own and those of extensions only when named exactly
  std::vector<std::string> schemas;  // empty: all
  std::vector<std::string> exclude;  // and `skip`: the same thing under two names
};

SelectionOptions selection_options(const Options& options);
// Of an option that means `otherwise` where it is left out; a list without names, which cannot mean that too,
// is kInvalidOption.
std::vector<std::string> wanted_names(const Options& options, std::string_view option,
                                      std::string_view otherwise = "all");

// A name as the selection sees it.
struct TableName {
  std::string schema;
  std::string name;
  bool in_default_schema = true;
  bool own = false;

  std::string display_name() const { return in_default_schema ? name : schema + "." + name; }
};

struct Selection {
  std::vector<std::size_t> chosen;    // indexes into the names, ascending
  std::vector<std::size_t> excluded;  // chosen but for exclude and skip
};

// A pattern or schema that matches nothing is kUnknownTable and names the nearest table.
Selection select_tables(std::span<const TableName> names, const SelectionOptions& options);
Selection select_tables(const Schema& schema, const SelectionOptions& options);

// One table alone, for a document whose tables are met one by one.
bool matches_table(const std::string& pattern, const TableName& table);
bool is_selected(const TableName& table, const SelectionOptions& options);
// Throws unless each pattern matches one of the names, which are those of a document.
void require_matches(std::span<const TableName> names, const SelectionOptions& options);

bool matches_pattern(std::string_view pattern, std::string_view text);

// kUnknownTable for a name that is not there; the hint names the nearest one that is.
Error unknown_table(std::string_view name, std::span<const TableName> names);
std::vector<TableName> table_names(const Schema& schema);

}  // namespace whimbrel
