// A result of a statement, row by row.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "common/value.h"

namespace whimbrel {

// Calls body(const Cell*) for each row that is left; the cells are valid only in that call.
template <typename Body>
void for_each_row(RowReader& rows, Body&& body) {
  RowBatch batch;
  while (rows.next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i) body(static_cast<const Cell*>(batch.row(i)));
}

// Of a query; `source` is a host, or what else has query(sql, parameters).
template <typename Source, typename Body>
void for_each_row(Source& source, std::string_view sql, std::span<const Cell> parameters, Body&& body) {
  for_each_row(*source.query(sql, parameters), body);
}

}  // namespace whimbrel
