// The parts of CREATE statements that create.cpp reads on both sides: tables, and lists of keys.
#pragma once

#include <vector>

#include "common/schema/sqlite/create.h"
#include "common/schema/sqlite/token_cursor.h"

namespace whimbrel::sqlite {

// Behind the table's name, at "(".
CreateTable parse_table(TokenCursor& cursor);

// From "(" to behind ")". `autoincrement` is set where the word stands at the end (PRIMARY KEY).
std::vector<KeyPart> parse_key_parts(TokenCursor& cursor, bool* autoincrement = nullptr);

// ( name, name, … ); a collation or an order behind a name, as SQLite still takes them, is passed over.
std::vector<std::string> parse_names(TokenCursor& cursor);

}  // namespace whimbrel::sqlite
