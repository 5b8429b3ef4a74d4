#include "common/move/source.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/each_row.h"
#include "common/migration/own_tables.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

struct Entry {
  std::string type, name, table, sql;
};

std::vector<Entry> read_entries(Host& file) {
  std::vector<Entry> entries;
  for_each_row(file,
               "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND"
               " name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid",
               {}, [&](const Cell* row) {
                 entries.push_back({std::string(row[0].view()), std::string(row[1].view()),
                                    std::string(row[2].view()), std::string(row[3].view())});
               });
  return entries;
}

std::map<std::string, std::int64_t> read_sequences(Host& file) {
  std::map<std::string, std::int64_t> sequences;
  if (file.execute("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") == 0) return sequences;
  for_each_row(file, "SELECT name, seq FROM main.sqlite_sequence", {}, [&](const Cell* row) {
    if (row[1].tag == Tag::integer) sequences.emplace(sqlite::lower_name(row[0].view()), row[1].integer);
  });
  return sequences;
}

}  // namespace

SourceSchema read_source(Host& file) {
  SourceSchema source;
  const std::vector<Entry> entries = read_entries(file);
  const auto sequences = read_sequences(file);
  const auto sql_of = [&](const std::string& table) -> const std::string& {
    return std::find_if(entries.begin(), entries.end(),
                        [&](const Entry& entry) { return entry.type == "table" && entry.name == table; })
        ->sql;
  };
  for (Table& table : file.read_schema().tables) {
    if (table.own) {
      source.left_out.push_back(table.name);
      continue;
    }
    SourceTable one;
    one.sql = sql_of(table.name);
    one.statement = sqlite::parse_create(one.sql);
    if (const auto found = sequences.find(sqlite::lower_name(table.name)); found != sequences.end())
      one.sequence = found->second;
    one.table = std::move(table);
    source.tables.push_back(std::move(one));
  }
  for (const Entry& entry : entries) {
    if (entry.type == "index") {
      for (SourceTable& table : source.tables)
        if (sqlite::same_name(table.table.name, entry.table))
          table.indexes.push_back({entry.name, entry.sql, sqlite::parse_create(entry.sql)});
    } else if (entry.type == "view") {
      source.others.push_back({"view", entry.name, {}, entry.sql});
    }
  }
  for (const Entry& entry : entries) {
    if (entry.type == "trigger") source.others.push_back({"trigger", entry.name, entry.table, entry.sql});
    if (entry.type == "table" && sqlite::parse_create(entry.sql).virtual_table() != nullptr)
      source.others.push_back({"virtual table", entry.name, {}, entry.sql});
  }
  return source;
}

}  // namespace whimbrel::move
