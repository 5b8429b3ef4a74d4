// Tables and columns that are called otherwise in a document than in the database it is imported into.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace whimbrel {

struct Renames {
  std::map<std::string, std::string> tables;   // the document's name -> the database's
  std::map<std::string, std::string> columns;  // "table.column", both of the document -> the database's

  bool empty() const { return tables.empty() && columns.empty(); }
  const std::string& table(const std::string& name) const {
    const auto found = tables.find(name);
    return found == tables.end() ? name : found->second;
  }
  // What the database calls a column of the document's table.
  const std::string& column(const std::string& table, const std::string& name) const {
    const auto found = columns.find(table + "." + name);
    return found == columns.end() ? name : found->second;
  }
  // The key by which the document's table has a column of the database; one that no document has where its
  // name is another column's there.
  std::string key(const std::string& table, const std::string& column) const {
    const std::string prefix = table + ".";
    for (const auto& [from, to] : columns)
      if (to == column && from.starts_with(prefix)) return from.substr(prefix.size());
    return columns.contains(prefix + column) ? "\xff" + column : column;
  }
};

}  // namespace whimbrel
