// The names that PostgreSQL keeps for itself in every table.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace whimbrel::move {

inline bool is_system_column(std::string_view name) {
  constexpr std::string_view kNames[] = {"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"};
  return std::ranges::binary_search(kNames, name);
}

// A name that a column may have: with "_" behind it where it has to be another one.
inline std::string free_of_system_columns(std::string name) {
  if (is_system_column(name)) name += '_';
  return name;
}

}  // namespace whimbrel::move
