// Which tables and views a piece of SQLite's SQL names: the edges of the schema's graph that no pragma knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::sqlite {

// Of a select, an expression or the body of a trigger: the names in lower case behind FROM, JOIN, INTO,
// UPDATE, IN, and in lists behind FROM, each once, sorted; names of WITH left out. By its words alone: a name
// that is no table, or one of a table that a WITH elsewhere in the text hides, may be among them or missing.
std::vector<std::string> named_tables(std::string_view sql);

}  // namespace whimbrel::sqlite
