// A table of PostgreSQL as SQLite has it: declared types that keep every value as it is (numeric-looking
// types get an affinity of text, since SQLite would round them), keys, and what a default says where it says
// the same there.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/schema/catalog.h"
#include "common/schema/index.h"
#include "common/schema/model.h"

namespace whimbrel::move {

struct SqliteTable {
  std::string name;
  std::string create;
  std::vector<std::string> indexes;  // statements
  std::vector<std::string> notes;    // what is not the same
  std::string identity;              // the column that counts by itself; empty: none
  std::string sequence;              // that its default draws from, as regclass reads it; empty: its own
  const Table* source = nullptr;     // what it is made from
};

// "orders", or "sales__orders" outside the default schema.
std::string sqlite_name(const Table& table);

// What a catalog says of each table's parts. Keeps pointers into it.
class TableFacts {
 public:
  explicit TableFacts(const Catalog& catalog);
  // Whether the catalog has the table.
  bool has(const Table& table) const { return tables_.contains({table.schema, table.name}); }
  // Columns, constraints, indexes, triggers and the like; none for a table that it has not.
  std::span<const CatalogObject* const> of(const Table& table) const;
  const CatalogIndex& index() const { return index_; }

 private:
  CatalogIndex index_;
  std::map<std::pair<std::string_view, std::string_view>, const CatalogObject*> tables_;
};

// Whether the values of generated columns come with the rows, into plain columns.
enum class GeneratedValues : std::uint8_t { come, are_computed };

// `names`: what each written table is called, by its schema and name.
SqliteTable write_sqlite_table(const Table& table, const TableFacts& facts,
                               const std::map<std::pair<std::string, std::string>, std::string>& names,
                               GeneratedValues generated);

// What SQLite declares for a column of PostgreSQL: "INTEGER", "NUMERIC_TEXT(10,2)", "TEXT COLLATE NOCASE".
// `type`: its own, or that under its domain.
std::string sqlite_declared_type(const Column& column, const std::string& type);

}  // namespace whimbrel::move
