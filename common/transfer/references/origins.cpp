#include "common/transfer/references/origins.h"

#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

std::string table_of_origins(Host& host) { return quote_name(host.dialect().own_schema, "id_origins"); }

// [17,"abc"]
std::string json_key(std::span<const Cell> cells) {
  json::Buffer out;
  Arena arena;
  out.append('[');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) out.append(',');
    if (cells[i].tag == Tag::integer) {
      json::write_integer(out, cells[i].integer);
    } else {
      json::write_string(out, key_text(cells[i], arena));
    }
  }
  out.append(']');
  return std::string(out.view());
}

}  // namespace

bool find_origin(Host& host, const std::string& origin, const Table& table, std::span<const Cell> from,
                 Cell* found, Arena& arena) {
  const std::string name = table.display_name(), key = json_key(from);
  const Cell parameters[] = {Cell::text(origin), Cell::text(name), Cell::text(key)};
  std::string local;
  {
    const auto rows = host.query("SELECT local_key FROM " + table_of_origins(host) +
                                     " WHERE origin = $1 AND table_name = $2 AND origin_key = $3",
                                 parameters);
    RowBatch batch;
    if (!rows->next(batch)) return false;
    local = batch.row(0)->view();
  }
  json::Reader reader(local);
  reader.next();
  for (std::size_t i = 0; i < table.primary_key.size(); ++i) {
    if (reader.next() == json::Token::end_array) return false;
    const Cell text = Cell::text(arena.copy(reader.text()));
    if (!to_key_cell(text, table.columns[table.primary_key[i]].kind, arena, found[i])) return false;
  }
  return true;
}

void keep_origin(Host& host, const std::string& origin, const Table& table, std::span<const Cell> from,
                 std::span<const Cell> local) {
  const std::string name = table.display_name(), key = json_key(from), here = json_key(local);
  const Cell parameters[] = {Cell::text(origin), Cell::text(name), Cell::text(key), Cell::text(here)};
  host.execute(
      "INSERT INTO " + table_of_origins(host) +
          " (origin, table_name, origin_key, local_key) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (origin, table_name, origin_key) DO UPDATE SET local_key = excluded.local_key, "
          "imported_at = CURRENT_TIMESTAMP",
      parameters);
}

}  // namespace whimbrel
