// A CREATE statement of SQLite taken apart: what sqlite_schema keeps as text only (CHECK, COLLATE, generated
// expressions, conflict clauses, names of constraints, DEFERRABLE, AUTOINCREMENT) as a structure. It takes
// whatever SQLite takes, old quotes and comments in odd places too, and it knows no database: whether a name
// exists is nobody's business here. What it does not understand (expressions, selects, bodies of triggers) it
// gives as ranges of the source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/schema/model.h"

namespace whimbrel::sqlite {

// Bytes [begin, end) of the text that was parsed: from the first byte of a token to behind the last byte of
// one.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

enum class OnConflict : std::uint8_t { none, rollback, abort, fail, ignore, replace };

// One part of an index, of a PRIMARY KEY or of a UNIQUE.
struct KeyPart {
  std::string column;     // its name; empty: an expression
  Range expression;       // without COLLATE at its end, ASC and DESC
  std::string collation;  // of COLLATE; empty: the column's own
  bool descending = false;
  Range range;  // the whole part
};

enum class ConstraintKind : std::uint8_t {
  primary_key,
  unique,
  check,
  foreign_key,
  not_null,
  null,  // NULL as a constraint, which means nothing
  default_value,
  collation,
  generated,
};

// Of a column or of a table; what a kind does not have stays as it is here.
struct Constraint {
  ConstraintKind kind = ConstraintKind::check;
  std::string name;  // of CONSTRAINT; empty: none
  Range range;       // with CONSTRAINT name
  OnConflict on_conflict = OnConflict::none;
  // primary_key, unique: of a table in the order of the text; of a column one part without ranges.
  std::vector<KeyPart> key;
  bool autoincrement = false;   // primary_key
  Range expression;             // check, generated, default_value: without parentheses around the whole
  bool in_parentheses = false;  // default_value: an expression, else a literal or a word
  std::string collation;        // collation
  bool stored = false;          // generated: else VIRTUAL
  // foreign_key
  std::vector<std::string> columns;  // of the child; of a column's constraint that column
  std::string parent;
  std::vector<std::string> parent_columns;  // empty: its primary key
  ForeignKeyAction on_delete = ForeignKeyAction::no_action;
  ForeignKeyAction on_update = ForeignKeyAction::no_action;
  std::string match;  // of MATCH; SQLite ignores it
  bool deferrable = false;
  bool initially_deferred = false;
};

struct TableColumn {
  std::string name;
  Range name_range;
  // As pragma_table_xinfo has it (which writes SQLite's own types in upper case): the source with its
  // comments; of a quoted type the first name. Empty: none.
  std::string type;
  Range type_range;
  std::vector<Constraint> constraints;  // in the order of the text
  Range range;                          // from the name to the end of the last constraint

  // The last one of a kind (SQLite lets the last one win), or nullptr.
  const Constraint* find(ConstraintKind kind) const;
};

struct CreateTable {
  std::vector<TableColumn> columns;
  std::vector<Constraint> constraints;  // of the table
  bool without_rowid = false;
  bool strict = false;
  Range list;    // from ( to )
  Range select;  // CREATE TABLE … AS: then there are no columns
};

struct CreateVirtualTable {
  std::string module;
  std::vector<Range> arguments;  // each as the module gets it
};

struct CreateIndex {
  bool unique = false;
  std::string table;
  Range table_range;
  std::vector<KeyPart> parts;
  Range where;  // the condition of a partial index
};

struct CreateView {
  std::vector<std::string> columns;  // given names; empty: those of the select
  Range select;
};

struct CreateTrigger {
  enum class Time : std::uint8_t { before, after, instead_of };
  enum class Event : std::uint8_t { insert, update, remove };

  Time time = Time::before;
  Event event = Event::insert;
  std::vector<std::string> columns;  // of UPDATE OF
  std::string table;                 // or view
  Range table_range;
  Range when;
  Range body;  // from BEGIN to END
};

struct CreateStatement {
  std::string name;
  Range name_range;    // without the schema
  std::string schema;  // as written: "main", "temp"; empty: none
  bool temporary = false;
  bool if_not_exists = false;
  Range behind_name;  // from the first token behind the name to the end
  std::variant<CreateTable, CreateVirtualTable, CreateIndex, CreateView, CreateTrigger> object;

  const CreateTable* table() const { return std::get_if<CreateTable>(&object); }
  const CreateVirtualTable* virtual_table() const { return std::get_if<CreateVirtualTable>(&object); }
  const CreateIndex* index() const { return std::get_if<CreateIndex>(&object); }
  const CreateView* view() const { return std::get_if<CreateView>(&object); }
  const CreateTrigger* trigger() const { return std::get_if<CreateTrigger>(&object); }
};

// Of one statement, with or without its semicolon; what follows the semicolon is not looked at. Throws
// kInvalidArgument with line and column where the text is not a CREATE TABLE, VIRTUAL TABLE, INDEX, VIEW or
// TRIGGER of SQLite. Accepts some texts that SQLite refuses.
CreateStatement parse_create(std::string_view sql);

}  // namespace whimbrel::sqlite
