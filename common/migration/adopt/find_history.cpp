#include "common/migration/adopt/find_history.h"

#include <algorithm>

#include "common/error.h"
#include "common/options.h"
#include "common/own_table_names.h"

namespace whimbrel {

namespace {

// Of the tables of extensions only Whimbrel's lie in its schema; omni_schema's are a history to take over. A
// schema with a history of its own has tables of ours that are nobody's members.
bool is_ours(const Table& table, std::string_view own_schema) {
  return (table.own && table.schema == own_schema) ||
         std::ranges::any_of(kHistoryTables, [&](const OwnTable& own) {
           return table.name == own.name && table.find_column(own.mark) != Table::npos;
         });
}

bool has_columns(const ForeignTool& tool, const Table& table) {
  if (tool.no_others && table.columns.size() != tool.columns.size()) return false;
  return std::all_of(tool.columns.begin(), tool.columns.end(),
                     [&table](std::string_view column) { return table.find_column(column) != Table::npos; });
}

void check_tool(const std::string& wanted) {
  std::vector<std::string_view> names;
  for (const ForeignTool& tool : foreign_tools()) names.push_back(tool.name);
  if (std::find(names.begin(), names.end(), wanted) != names.end()) return;
  std::string all;
  for (const std::string_view name : names) (all += all.empty() ? "" : ", ") += name;
  const std::string_view near = nearest_name(wanted, names);
  throw Error(code::kInvalidArgument, "unknown tool \"" + wanted + "\"", "The tools are: " + all + ".",
              near.empty() ? "NULL finds the tool by the columns of its table."
                           : "Perhaps you meant \"" + std::string(near) + "\".");
}

}  // namespace

FoundHistory find_foreign_history(const Schema& schema, std::string_view own_schema,
                                  const std::optional<std::string>& tool,
                                  const std::optional<std::string>& in_schema,
                                  const std::optional<std::string>& named) {
  if (tool) check_tool(*tool);
  std::vector<FoundHistory> found;
  for (const Table& table : schema.tables) {
    if (is_ours(table, own_schema) || (in_schema && table.schema != *in_schema) ||
        (named && table.name != *named))
      continue;
    for (const ForeignTool& one : foreign_tools()) {
      if (tool && one.name != *tool) continue;
      const ForeignTable foreign{&table, &schema};
      if (!has_columns(one, table) || (!tool && one.fits != nullptr && !one.fits(foreign))) continue;
      found.push_back({&one, foreign});
      break;
    }
  }
  // With the tool named, a table that is also named so is meant.
  if (tool && found.size() > 1) {
    std::vector<FoundHistory> fitting;
    for (const FoundHistory& one : found)
      if (one.tool->fits == nullptr || one.tool->fits(one.table)) fitting.push_back(one);
    if (!fitting.empty()) found = std::move(fitting);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    fail_foreign(
        tool ? "no history of " + *tool + " was found" : "no history of another tool was found",
        "No table that you may read has the columns of one.",
        "The options \"schema\" and \"table\" must name it exactly; its columns are those of the tool's "
        "current release.");
  }
  std::string all;
  for (const FoundHistory& one : found)
    all += (all.empty() ? "" : ", ") + one.table.quoted() + " of " + std::string(one.tool->name);
  fail_foreign("there are " + std::to_string(found.size()) + " histories of other tools",
               "They are: " + all + ".",
               std::string(tool ? "Name" : "Name the tool, or") +
                   " the table in the options \"schema\" and \"table\".");
}

}  // namespace whimbrel
