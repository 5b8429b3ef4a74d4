// KeyMaps: which rows of the target the rows of the document are.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/references/key_maps.h"
#include "common/transfer/references/origins.h"

namespace whimbrel {

// The rows of the target that those of the document are: by their origin, then by their natural key. `found`:
// by the primary key of the document. `rows`: which row of the document is a row of the target.
void KeyMaps::match_rows(TableKeys& keys, const MappedKey& key, IdMap& found, KeyIndex& rows) {
  const std::size_t size = key.columns.size(), natural_size = keys.natural_key.size();
  KeyIndex natural_rows(space_);
  keys.found = std::make_unique<KeyIndex>(space_);
  read_keys(keys, key, [&](const LeftOutRows::Row& row, std::uint64_t number, Arena& arena) {
    Cell old[kMostParts], now[kMostParts], natural[kMostParts];
    const Cell row_cell = Cell::integer_of(static_cast<std::int64_t>(number));
    const bool has_natural = natural_key_of(keys, row, natural, arena);
    if (has_natural) {
      if (const auto other = natural_rows.add({natural, natural_size}, row_cell, arena))
        return refuse({code::kDuplicateKey,
                       "table \"" + keys.table->display_name() + "\": rows " +
                           std::to_string(other->integer) + " and " + std::to_string(number) +
                           " of the document have one natural key, " + shown_key(natural, natural_size)},
                      keys, number);
    }
    if (trial_ != nullptr && trial_->cleared()) return;
    const bool has_key = take_key(*keys.table, key.columns, row, old, arena);
    if (!(has_key && !options_.origin.empty() && match_origin(keys, old, now, arena)) &&
        !(has_natural && match_natural(keys, natural, number, now, arena)))
      return;
    require_apart(keys, rows.add({now, size}, row_cell, arena), number, now);
    if (!has_key) {
      std::string whole;
      encode_key({now, size}, whole);
      keys.found->add({natural, natural_size}, Cell::text(whole), arena);
      ++keys.matched;
    } else if (found.add({old, size}, {now, size})) {
      ++keys.matched;
    }
  });
  found.seal();
}

// Two rows of the document must not become one of the target: what one of them says would be lost.
void KeyMaps::require_apart(const TableKeys& keys, const std::optional<Cell>& row, std::uint64_t other,
                            const Cell* now) const {
  if (!row) return;
  const auto numbers = std::minmax({static_cast<std::uint64_t>(row->integer), other});
  refuse({code::kDuplicateKey,
          "table \"" + keys.table->display_name() + "\": rows " + std::to_string(numbers.first) + " and " +
              std::to_string(numbers.second) + " of the document are one row of the database, " +
              shown_key(now, keys.table->primary_key.size()),
          "Rows are found by their origin, by their natural key, and then by their primary key."},
         keys, numbers.second);
}

void KeyMaps::refuse(Error error, const TableKeys& keys, std::uint64_t row) const {
  if (trial_ == nullptr) throw Error(std::move(error));
  trial_->tell(error, keys.source != nullptr ? keys.source->name : keys.table->display_name(), row);
}

// Its natural key as the target has it: references in it followed.
bool KeyMaps::natural_key_of(const TableKeys& keys, const LeftOutRows::Row& row, Cell* natural,
                             Arena& arena) {
  if (keys.natural_key.empty() || !take_key(*keys.table, keys.natural_key, row, natural, arena)) return false;
  for (const Link& link : keys.links) {
    Cell followed[kMostParts];
    if (!touches(link, keys.natural_key) || follow_link(link, row, followed, arena) != Outcome::mapped)
      continue;
    for (std::size_t i = 0; i < link.columns.size(); ++i)
      for (std::size_t part = 0; part < keys.natural_key.size(); ++part)
        if (keys.natural_key[part] == link.columns[i]) natural[part] = followed[i];
  }
  return true;
}

// The primary key of the row of the target that has it.
bool KeyMaps::match_natural(const TableKeys& keys, const Cell* natural, std::uint64_t row, Cell* found,
                            Arena& arena) {
  const Table& table = *keys.table;
  std::string names, conditions;
  for (const std::size_t column : table.primary_key)
    names += (names.empty() ? "" : ", ") + quote_identifier(table.columns[column].name);
  for (std::size_t i = 0; i < keys.natural_key.size(); ++i)
    conditions +=
        (i == 0 ? "" : " AND ") + host_.equals(table, keys.natural_key[i], "$" + std::to_string(i + 1));
  const auto rows = host_.query_all_rows("SELECT " + names + " FROM " + quote_name(table.schema, table.name) +
                                             " WHERE " + conditions + " LIMIT 2",
                                         {natural, keys.natural_key.size()});
  RowBatch batch;
  if (!rows->next(batch)) return false;
  if (batch.rows() > 1) {
    refuse({code::kDuplicateKey, "table \"" + table.display_name() + "\": the natural key " +
                                     shown_key(natural, keys.natural_key.size()) +
                                     " is that of several rows of the database"},
           keys, row);
    return false;
  }
  std::string encoded;
  encode_key({batch.row(0), table.primary_key.size()}, encoded);
  decode_key(arena.copy(encoded), found, table.primary_key.size());
  return true;
}

bool KeyMaps::match_origin(const TableKeys& keys, const Cell* old, Cell* found, Arena& arena) {
  const std::size_t size = keys.table->primary_key.size();
  if (!find_origin(host_, options_.origin, *keys.table, {old, size}, found, arena)) return false;
  return exists(*keys.table, keys.table->primary_key, found);
}

void KeyMaps::remember_origin(const TableKeys& keys, const Cell* from, const Cell* to) {
  const std::size_t size = keys.table->primary_key.size();
  keep_origin(host_, options_.origin, *keys.table, {from, size}, {to, size});
}

}  // namespace whimbrel
