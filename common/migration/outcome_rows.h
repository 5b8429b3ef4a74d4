// The rows that every function gives which runs or undoes migrations.
#pragma once

#include <vector>

#include "common/function.h"
#include "common/migration/function_arguments.h"
#include "common/migration/runner.h"

namespace whimbrel {

inline constexpr ResultColumn kOutcomeColumns[] = {
    {"version", SqlType::text},      {"description", SqlType::text},     {"status", SqlType::text},
    {"statements", SqlType::bigint}, {"rows_affected", SqlType::bigint}, {"duration_ms", SqlType::real},
    {"error", SqlType::text},        {"detail", SqlType::text}};

inline void emit_outcomes(Call& call, const std::vector<Outcome>& outcomes) {
  for (const Outcome& one : outcomes) {
    const bool counts_rows = !one.fact || one.status == "rows";
    const Cell row[] = {text_or_null(one.version),
                        Cell::text(one.description),
                        Cell::text(one.status),
                        one.fact ? Cell() : Cell::integer_of(one.statements),
                        counts_rows ? Cell::integer_of(one.rows_affected) : Cell(),
                        one.fact ? Cell() : Cell::real_of(one.duration_ms),
                        text_or_null(one.error),
                        text_or_null(one.detail)};
    call.rows.emit(row);
  }
}

}  // namespace whimbrel
