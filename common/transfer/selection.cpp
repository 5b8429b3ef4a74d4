#include "common/transfer/selection.h"

#include <algorithm>

namespace whimbrel {

namespace {

bool names_exactly(const std::string& pattern, const TableName& table) {
  return pattern == table.display_name() || pattern == table.schema + "." + table.name;
}

// Marks what the patterns match; each of them must match something.
std::vector<bool> match_all(std::span<const TableName> names, const std::vector<std::string>& patterns,
                            bool own_by_exact_name_only) {
  std::vector<bool> matched(names.size(), false);
  for (const std::string& pattern : patterns) {
    bool any = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool match = own_by_exact_name_only && names[i].own ? names_exactly(pattern, names[i])
                                                                : matches_table(pattern, names[i]);
      if (!match) continue;
      matched[i] = true;
      any = true;
    }
    if (!any && pattern != "*") throw unknown_table(pattern, names);
  }
  return matched;
}

}  // namespace

bool matches_table(const std::string& pattern, const TableName& table) {
  if (names_exactly(pattern, table) || pattern == "*") return true;
  const std::size_t dot = pattern.find('.');
  if (dot == std::string::npos) return table.in_default_schema && matches_pattern(pattern, table.name);
  const std::string_view view = pattern;
  return matches_pattern(view.substr(0, dot), table.schema) &&
         matches_pattern(view.substr(dot + 1), table.name);
}

bool is_selected(const TableName& table, const SelectionOptions& options) {
  const auto any = [&](const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return matches_table(pattern, table); });
  };
  return (options.tables.empty() || any(options.tables)) && !any(options.exclude);
}

void require_matches(std::span<const TableName> names, const SelectionOptions& options) {
  for (const auto* patterns : {&options.tables, &options.exclude}) {
    for (const std::string& pattern : *patterns) {
      const bool any = pattern == "*" || std::any_of(names.begin(), names.end(), [&](const TableName& table) {
                         return matches_table(pattern, table);
                       });
      if (any) continue;
      Error error = unknown_table(pattern, names);
      error.message = "table \"" + pattern + "\" is not in the document";
      throw error;
    }
  }
}

std::vector<std::string> wanted_names(const Options& options, std::string_view option,
                                      std::string_view otherwise) {
  if (!options.has(option)) return {};
  std::vector<std::string> names = options.list(option);
  if (names.empty())
    throw Error(code::kInvalidOption, "option \"" + std::string(option) + "\" must have at least one name",
                {}, "Leave the option out to mean " + std::string(otherwise) + ".");
  return names;
}

SelectionOptions selection_options(const Options& options) {
  SelectionOptions selection;
  // Beside a subset it tells which tables come whole.
  selection.tables = options.has("subset") ? options.list("tables") : wanted_names(options, "tables");
  selection.schemas = wanted_names(options, "schemas");
  selection.exclude = options.list("exclude");
  const std::vector<std::string> skip = options.list("skip");
  selection.exclude.insert(selection.exclude.end(), skip.begin(), skip.end());
  return selection;
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] != '*' && pattern[p] == text[t]))) {
      // One character may be several bytes.
      const bool character = pattern[p] == '?';
      ++p;
      ++t;
      while (character && t < text.size() && (static_cast<unsigned char>(text[t]) & 0xC0) == 0x80) ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Error unknown_table(std::string_view name, std::span<const TableName> names) {
  std::vector<std::string> known;
  for (const TableName& table : names) known.push_back(table.display_name());
  const std::vector<std::string_view> views(known.begin(), known.end());
  Error error(code::kUnknownTable, "table \"" + std::string(name) + "\" does not exist");
  const std::string_view near = nearest_name(name, views);
  if (!near.empty()) error.hint = "Did you mean \"" + std::string(near) + "\"?";
  return error;
}

std::vector<TableName> table_names(const Schema& schema) {
  std::vector<TableName> names;
  for (const Table& table : schema.tables) {
    names.push_back({table.schema, table.name, table.in_default_schema, table.own});
  }
  return names;
}

Selection select_tables(std::span<const TableName> names, const SelectionOptions& options) {
  const std::vector<bool> excluded = match_all(names, options.exclude, false);
  std::vector<bool> wanted = match_all(names, options.tables, true);
  std::vector<bool> in_schema(names.size(), options.schemas.empty());
  for (const std::string& schema : options.schemas) {
    bool any = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!matches_pattern(schema, names[i].schema)) continue;
      in_schema[i] = true;
      any = true;
    }
    if (!any) throw Error(code::kUnknownTable, "no table in schema \"" + schema + "\"");
  }
  Selection selection;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool chosen = options.tables.empty() ? !names[i].own : wanted[i];
    if (!chosen || !in_schema[i]) continue;
    (excluded[i] ? selection.excluded : selection.chosen).push_back(i);
  }
  return selection;
}

Selection select_tables(const Schema& schema, const SelectionOptions& options) {
  return select_tables(table_names(schema), options);
}

}  // namespace whimbrel
