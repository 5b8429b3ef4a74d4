// Rows as INSERT statements of the other engine's SQL, some rows in each.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "common/complete/literal_writer.h"
#include "common/host.h"

namespace whimbrel::move {

// Takes a statement without a semicolon; the text is valid until it returns.
using StatementTaker = std::function<void(std::string_view)>;

// All rows of `rows`, whose cells stand for the columns that `head` names: "INSERT INTO t (a, b)".
void write_inserts(RowReader& rows, const std::string& head, SqlEngine engine, std::size_t rows_per_insert,
                   const StatementTaker& take);

}  // namespace whimbrel::move
