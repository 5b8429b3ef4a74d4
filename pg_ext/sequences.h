// Sequences behind identity and serial columns.
#pragma once

#include "common/host.h"
#include "common/schema/model.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Puts the sequence behind the highest value of the column (the lowest, when it counts down). Its owner does
// it by ALTER SEQUENCE, which a rollback undoes together with all numbers drawn later in the transaction;
// others by setval(), and only when it is needed; so does the owner for numbers that are only drawn.
void raise_sequence(Statements& statements, const Table& table, std::size_t column, Numbers numbers);

// Host::reserve_ids().
IdBlock reserve_from_sequence(Statements& statements, const Table& table, std::size_t column,
                              std::uint64_t count, bool rehearsal);

}  // namespace whimbrel::pg
