#include "common/move/type_name.h"

#include <algorithm>

namespace whimbrel::move {

std::optional<std::string> postgresql_type_name(Host& host, std::string_view type) {
  const std::size_t open = type.find('(');
  const std::size_t close = open == std::string_view::npos ? open : type.find(')', open);
  std::string modifier, base(type);
  if (close != std::string_view::npos) {
    modifier = type.substr(open, close - open + 1);
    base = std::string(type.substr(0, open)) + std::string(type.substr(close + 1));
  }
  if (base.empty() || modifier.find_first_not_of("(), 0123456789") != std::string::npos) return std::nullopt;
  const Cell parameters[] = {Cell::text(base)};
  std::string name;
  try {
    in_savepoint(host, [&] {
      const auto rows = host.query(
          "SELECT pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t WHERE t.oid = "
          "pg_catalog.to_regtype($1) AND t.typtype <> 'p'",
          parameters);
      RowBatch batch;
      if (rows->next(batch) && !batch.row(0)[0].is_null()) name = batch.row(0)[0].view();
    });
  } catch (const Error& error) {
    if (error.code != "42601") throw;  // no type name at all
  }
  if (name.empty() || name == "-" || name == "???") return std::nullopt;
  const std::size_t tail = std::min(name.find(" with"), name.find("[]"));
  if (modifier.empty() || tail == std::string::npos) return name + modifier;
  return name.substr(0, tail) + modifier + name.substr(tail);
}

}  // namespace whimbrel::move
