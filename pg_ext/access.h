// What the server checks before it lets somebody at a table by its commands, for the ways that go around
// them. All of it raises the server's own errors: inside pg_call.
#pragma once

#include <span>

#include "common/schema/model.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// Locks and opens a table that read_schema() found. Throws kUnknownTable when it was dropped or renamed since
// then.
Relation open_table(const Table& table, LOCKMODE lock);

// Raises an error where the rows of the table are not those that the snapshot of a read means (the active
// one, or where the call may write one that sees all done so far): others truncated it or wrote it anew after
// that was taken, and what the snapshot sees of it is nothing.
void check_not_rewritten(Relation relation, bool read_only);

// Of a column by name; throws kUnknownColumn when there is none.
AttrNumber attribute_number(Relation relation, const char* name);

void check_schema_usage(Relation relation);

// USAGE on the schema and SELECT on the table or on each of these columns.
void check_select_privilege(Relation relation, std::span<const AttrNumber> attributes);

// What INSERT and COPY FROM check before they put rows into these columns (a list of attribute numbers). The
// parse state knows the table and the columns.
ParseState* check_insert(Relation relation, List* attributes);

// Locks the table, and its partitions, against everybody else who writes rows; for who may write some
// himself.
void lock_against_writers(Oid relation);

// Whether policies apply to the current user, whatever the setting row_security says.
bool row_security_applies(Oid relation);

// Raises the server's own error unless the current user owns the table. Inside pg_call.
void require_owner(Relation relation);
bool owns(Oid relation);

}  // namespace whimbrel::pg
