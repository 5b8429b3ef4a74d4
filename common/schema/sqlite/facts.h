// The facts of a SQLite schema, out of the texts that sqlite_schema keeps: by their tokens, so that comments,
// white space, the case of words and the quotes that ALTER TABLE RENAME puts around a name do not count.
// Whoever can read sqlite_schema can make them: the module from its own database, others from a file.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "common/schema/catalog.h"

namespace whimbrel::sqlite {

// A row of sqlite_schema with a text, of those that are to be facts.
struct StoredObject {
  std::string type;  // "table", "index", "view", "trigger"
  std::string name;
  std::string table;  // tbl_name
  std::string sql;
  std::uint64_t storage = 0;  // CatalogObject::storage
  bool known = false;         // no facts of it are wanted; others may depend on it
};

// With their dependencies: of an index and a trigger their table and what the trigger's body names, of a view
// what it reads, of a foreign key its parent, of a virtual table the one that its arguments say it is about.
// Not sorted among each other yet: sort_catalog(). Kinds and properties, each left out where it has its
// default:
//   table          without_rowid, strict
//   virtual table  module, arguments
//   column         type, not_null, on_conflict (of NOT NULL), collation, default, generated, stored
//   constraint     type ("primary key", "unique", "check", "foreign key"), columns, autoincrement,
//   expression,
//                  parent, parent_columns, on_delete, on_update, match, deferrable, initially_deferred,
//                  on_conflict
//   index          unique, columns, where
//   view           columns, definition
//   trigger        timing, event, columns, when, body
// Texts are normal_text(), expressions of columns and constraints without the parentheses that they can do
// without, names and lists as SQL has them. A text that cannot be read gives its object with
// a `definition` alone.
void add_facts(Catalog& catalog, std::span<const StoredObject> objects);

}  // namespace whimbrel::sqlite
