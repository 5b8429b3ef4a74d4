#include "common/move/inspect.h"

#include <map>
#include <utility>

#include "common/each_row.h"
#include "common/error.h"
#include "common/move/reference_proof.h"
#include "common/move/type_name.h"
#include "common/schema/sqlite/key_mismatch.h"

namespace whimbrel::move {

namespace {

void check_map(Host& host, const SourceSchema& source, MoveOptions& options) {
  for (auto& [column, type] : options.translation.types) {
    bool found = false;
    for (const SourceTable& table : source.tables)
      for (const Column& one : table.table.columns)
        found = found || table.table.name + "." + one.name == column;
    if (!found)
      throw Error(code::kInvalidOption, "option \"map\": column \"" + column + "\" does not exist", {},
                  "Columns are named table.column, as SQLite spells them.");
    const auto known = postgresql_type_name(host, type);
    if (!known)
      throw Error(code::kInvalidOption,
                  "option \"map\": type \"" + type + "\" of column \"" + column + "\" does not exist");
    type = *known;
  }
}

std::string key_text(const Table& table, std::size_t number) {
  if (number >= table.foreign_keys.size()) return {};
  const ForeignKey& key = table.foreign_keys[number];
  std::string text;
  for (const std::size_t column : key.columns)
    text += (text.empty() ? "" : ", ") + table.columns[column].name;
  return "(" + text + ")";
}

// Rows of a table without their parent. A key that does not fit its parent at all is reported with the
// schema.
void find_orphans(Host& file, Host& caller, std::size_t t, Inspected& inspected) {
  const Table& table = inspected.translation.tables[t].source->table;
  caller.check_interrupt();
  std::map<std::string, std::pair<std::uint64_t, std::string>> missing;
  try {
    const Cell parameters[] = {Cell::text(table.name)};
    const std::string_view sql = "SELECT rowid, parent, fkid FROM pragma_foreign_key_check($1)";
    for_each_row(file, sql, parameters, [&](const Cell* row) {
      // Keys are numbered from the last one.
      const std::size_t number = table.foreign_keys.size() - 1 - static_cast<std::size_t>(row[2].integer);
      auto& [count, first] =
          missing["foreign key " + key_text(table, number) + " to " + std::string(row[1].view())];
      if (count++ == 0 && row[0].tag == Tag::integer) first = "rowid " + std::to_string(row[0].integer);
    });
  } catch (const Error& error) {
    if (!sqlite::is_key_mismatch(error)) throw;
  }
  for (const auto& [key, rows] : missing)
    inspected.orphans.emplace_back(t, std::to_string(rows.first) + " rows without their parent in " + key +
                                          (rows.second.empty() ? "" : ", the first is " + rows.second));
}

}  // namespace

Inspected inspect_source(Host& host, Host& file, MoveOptions& options) {
  Inspected inspected;
  inspected.source = read_source(file);
  check_map(host, inspected.source, options);
  std::vector<TableName> names;
  for (const SourceTable& table : inspected.source.tables)
    names.push_back({"main", table.table.name, true, false});
  const std::vector<std::size_t> chosen = select_tables(names, options.selection).chosen;
  std::vector<const Table*> tables;
  for (const std::size_t table : chosen) tables.push_back(&inspected.source.tables[table].table);
  ReferenceProof proof(tables);
  std::vector<TableProfile> profiles;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    TableProfiler profiler(*tables[t], GeneratedColumns::have_values);
    proof.watch(t, profiler);
    profiles.push_back(profile_table(file, *tables[t], profiler, host));
    inspected.rows.push_back(profiles.back().rows);
  }
  if (options.translation.schema.empty()) options.translation.schema = host.dialect().default_schema;
  inspected.translation = translate(inspected.source, chosen, profiles, options.translation);
  for (std::size_t t = 0; t < tables.size(); ++t)
    if (!proof.holds(t, profiles[t])) find_orphans(file, host, t, inspected);
  for (const auto& [table, text] : inspected.orphans) {
    Finding finding;
    finding.table = finding.object = inspected.translation.tables[table].source->table.name;
    finding.kind = "orphans";
    finding.found = text;
    finding.target = "NOT VALID";
    finding.loss = "the foreign key is not valid for rows that are there";
    inspected.translation.findings.push_back(std::move(finding));
  }
  return inspected;
}

}  // namespace whimbrel::move
