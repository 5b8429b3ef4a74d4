// The text of a CREATE statement taken apart as far as a comparison needs it: the columns and constraints of
// a table, and a form of any text in which only what counts is left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::sqlite {

// The tokens joined by single spaces, without comments; words and quoted names in lower case, names quoted
// only where they must be. Strings stay as they are.
std::string normal_text(std::string_view sql);

// A name as CatalogObject::identity has it: quoted where it must be.
std::string shown_name(std::string_view name);
// The name that an identity stands for.
std::string bare_identity(std::string_view identity);

struct TableItem {
  std::string name;        // of the column, or of the constraint ("" when it has none)
  std::string definition;  // normal_text() of what follows the name
  bool constraint = false;
};

struct TableText {
  std::vector<TableItem> items;  // in the order of the text; none for a virtual table
  std::string rest;              // behind the list: STRICT, WITHOUT ROWID; USING … of a virtual table
};

// Of CREATE TABLE and CREATE VIRTUAL TABLE, as sqlite_schema has them.
TableText read_table_text(std::string_view sql);

// What follows the name of the object in a CREATE statement of an index, a view or a trigger, in its normal
// form.
std::string text_behind_name(std::string_view sql);

}  // namespace whimbrel::sqlite
