#include "common/migration/adopt/foreign_history.h"

#include "common/each_row.h"
#include "common/error.h"

namespace whimbrel {

const Table* ForeignTable::sibling(std::string_view name) const {
  for (const Table& one : schema->tables)
    if (one.schema == table->schema && one.name == name) return &one;
  return nullptr;
}

void fail_foreign(const std::string& message, std::string detail, std::string hint) {
  throw Error(code::kForeignHistory, message, std::move(detail), std::move(hint));
}

std::string plain_text(const Cell& cell) {
  if (cell.tag == Tag::integer || cell.tag == Tag::boolean) return std::to_string(cell.integer);
  return text_of(cell);
}

std::string as_text(std::string_view column) { return "CAST(" + quote_identifier(column) + " AS TEXT)"; }

std::vector<std::vector<std::string>> read_texts(Host& host, const ForeignTable& table,
                                                 std::span<const std::string> columns,
                                                 const std::string& rest) {
  std::string sql = "SELECT ";
  for (const std::string& column : columns) {
    if (&column != columns.data()) sql += ", ";
    sql += column;
  }
  sql += " FROM " + table.quoted() + " " + rest;
  std::vector<std::vector<std::string>> rows;
  for_each_row(host, sql, {}, [&](const Cell* row) {
    auto& texts = rows.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) texts.push_back(plain_text(row[i]));
  });
  return rows;
}

}  // namespace whimbrel
