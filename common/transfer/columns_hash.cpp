#include "common/transfer/columns_hash.h"

namespace whimbrel {

namespace {

std::vector<TableDigest::Column> digest_columns(const Table& table, const std::vector<std::size_t>& columns) {
  std::vector<TableDigest::Column> list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[columns[i]];
    list.push_back({column.name, column.kind, i});
  }
  return list;
}

}  // namespace

ColumnsHash::ColumnsHash(const Table& table, const std::vector<std::size_t>& columns)
    : digest_(digest_columns(table, columns)) {}

}  // namespace whimbrel
