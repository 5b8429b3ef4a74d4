// The schema model: what the core knows about tables. A host fills it from its catalog; nothing in it is an
// engine's handle except `host_id`, which only the host that set it may read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/schema/affinity.h"
#include "common/schema/kind.h"

namespace whimbrel {

struct Column {
  std::string name;
  std::string type;  // as declared: format_type() in PostgreSQL, the text of CREATE TABLE in SQLite
  // PostgreSQL: what a domain is over, "numeric(8,2)", and for an array of a domain an array of that; empty
  // for other types.
  std::string base_type;
  Kind kind = Kind::any;
  Affinity affinity = Affinity::none;  // SQLite: what it makes of values
  bool not_null = false;
  bool has_default = false;
  bool generated = false;  // computed by the engine: never in a document
  bool identity = false;   // GENERATED AS IDENTITY, a serial's own sequence, or SQLite's INTEGER PRIMARY KEY
  bool draws = false;      // PostgreSQL: an integer whose default is a number of another sequence
  bool as_identity = false;  // GENERATED AS IDENTITY: an INSERT that gives values has to say so
  // SQLite's rowid where no column stands for it: stored with the rows, but in no document and no digest.
  // Only in Host::read_stored_schema().
  bool implicit = false;
  std::vector<std::string> labels;  // of an enum: all that it may hold

  // Whether a sequence has to stand behind its values.
  bool counts() const { return identity || draws; }
  // What decides how values are stored.
  const std::string& storage_type() const { return base_type.empty() ? type : base_type; }
};

enum class ForeignKeyAction : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

struct ForeignKey {
  std::string name;                  // empty where the engine has none
  std::vector<std::size_t> columns;  // indexes into Table::columns
  std::string parent_schema;
  std::string parent_table;
  std::vector<std::string> parent_columns;
  ForeignKeyAction on_delete = ForeignKeyAction::no_action;
  bool deferrable = false;          // SQLite: true, defer_foreign_keys works for each
  bool initially_deferred = false;  // SQLite: true, for nothing but the text of CREATE TABLE tells
  bool enforced = true;             // false: NOT ENFORCED, it tells what belongs together and checks nothing
};

// Columns whose values together belong to one row only: a constraint or an index that is neither partial nor
// over expressions.
struct UniqueKey {
  std::string name;                  // as errors of the server say it; empty where it has none
  std::vector<std::size_t> columns;  // indexes into Table::columns, in key order
  bool deferrable = false;           // checked at the end of a statement, or of the transaction
};

struct Table {
  std::string schema;  // "public", "main"
  std::string name;
  bool in_default_schema = true;         // its documents' key is the bare name
  std::vector<Column> columns;           // in column order, dropped ones left out
  std::vector<std::size_t> primary_key;  // indexes into columns, in key order; empty without a key
  bool primary_key_deferrable = false;
  std::vector<UniqueKey> unique_keys;  // apart from the primary key, by name
  std::vector<ForeignKey> foreign_keys;
  bool own = false;           // one of Whimbrel's tables, or of another extension: exported only when named
  bool triggers = false;      // triggers of the user may change what an insert stores
  bool rules = false;         // so may rules
  std::string behind;         // SQLite: the virtual table whose rows it stores; only in read_stored_schema()
  bool view = false;          // what an insert stores is its triggers' business
  std::uint64_t host_id = 0;  // PostgreSQL: the relation's oid

  // "users", or "sales.orders" outside the default schema.
  std::string display_name() const { return in_default_schema ? name : schema + "." + name; }
  // Index of the column, or npos.
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t find_column(std::string_view column) const {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].name == column) return i;
    return npos;
  }
};

struct Schema {
  std::vector<Table> tables;  // sorted by schema, name (bytes)
  // Tables of the default schema that no document can have, with data of their own maybe: SQLite's virtual
  // ones. By name.
  std::vector<std::string> beyond_documents;

  // In its place.
  void add(Table table) {
    const auto at = std::lower_bound(tables.begin(), tables.end(), table, [](const Table& a, const Table& b) {
      return a.schema != b.schema ? a.schema < b.schema : a.name < b.name;
    });
    tables.insert(at, std::move(table));
  }
};

}  // namespace whimbrel
