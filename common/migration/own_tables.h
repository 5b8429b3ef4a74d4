// Whimbrel's own tables as the migration functions address them: always with their schema, so that no
// search_path of a caller or of a migration leads elsewhere.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/host.h"
#include "common/own_table_names.h"

namespace whimbrel {

inline std::string own_table(const Host& host, std::string_view table) {
  return quote_name(host.dialect().own_schema, table);
}

// Of the table in which registered migrations are.
inline std::string registry_table(const Host& host) {
  return quote_name(host.dialect().registry_schema, kSourcesTable);
}

// The text of a cell; empty for NULL.
inline std::string_view view_of(const Cell& cell) {
  switch (cell.tag) {
    case Tag::text:
    case Tag::odd_text:
    case Tag::json:
    case Tag::number:
      return cell.view();
    default:
      return {};
  }
}

// Of an integer; 0 for anything else.
inline std::int64_t integer_of(const Cell& cell) { return cell.tag == Tag::integer ? cell.integer : 0; }

inline std::string text_of(const Cell& cell) { return std::string(view_of(cell)); }

}  // namespace whimbrel
