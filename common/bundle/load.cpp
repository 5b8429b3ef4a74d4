#include "common/bundle/load.h"

#include <algorithm>
#include <set>

#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/hash_index.h"
#include "common/transfer/key_set.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

constexpr std::size_t kFewKeys = 4 * RowBatch::kMaxRows;
constexpr std::size_t kMostOf = 4;

bool is_prefix(const std::vector<std::size_t>& part, const std::vector<std::size_t>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

// Whether an index of the table begins with the columns.
bool is_indexed(const Table& table, const std::vector<std::size_t>& columns) {
  return is_prefix(columns, table.primary_key) ||
         std::any_of(table.unique_keys.begin(), table.unique_keys.end(),
                     [&](const UniqueKey& key) { return is_prefix(columns, key.columns); });
}

// Of the one with this hash, and whether it is new.
std::pair<std::uint32_t, bool> number_of(HashIndex& known, const Hash& hash) {
  const std::uint32_t found = known.find(hash);
  return found != HashIndex::none ? std::pair(found, false) : std::pair(known.add(hash), true);
}

// Of keys that are integers, themselves: looked up in their order, they lie beside each other.
class KeyHash {
 public:
  KeyHash(const Table& table, const std::vector<std::size_t>& columns, const std::vector<Cell>& keys)
      : hash_(table, columns),
        integers_(
            columns.size() == 1 && table.columns[columns[0]].kind == Kind::integer &&
            std::all_of(keys.begin(), keys.end(), [](const Cell& key) { return key.tag == Tag::integer; })) {}
  Hash of(const Cell* key) {
    if (!integers_) return hash_.of(key);
    if (key->tag == Tag::integer) return {static_cast<std::uint64_t>(key->integer), 0};
    const Hash other = hash_.of(key);
    return {other.low, other.high | 1};
  }

 private:
  ColumnsHash hash_;
  const bool integers_;
};

}  // namespace

void find_many(Host& host, const Table& table, const std::vector<std::size_t>& key_columns,
               const std::vector<std::size_t>& columns, const std::vector<Cell>& keys,
               const std::function<void(std::size_t, const Cell*)>& found, bool mostly) {
  const std::size_t width = key_columns.size();
  const std::size_t count = keys.size() / width;
  RowBatch rows;
  if (count > kFewKeys && (mostly || !is_indexed(table, key_columns))) {
    KeyHash hash(table, key_columns, keys);
    HashIndex wanted(count);
    for (std::size_t i = 0; i < count; ++i) wanted.add(hash.of(keys.data() + i * width));
    ScanRequest request;
    request.table = &table;
    request.columns = key_columns;
    request.columns.insert(request.columns.end(), columns.begin(), columns.end());
    request.ordered = false;
    const auto reader = host.scan(request);
    while (reader->next(rows)) {
      host.check_interrupt();
      for (std::size_t i = 0; i < rows.rows(); ++i) {
        for (std::uint32_t at = wanted.find(hash.of(rows.row(i))); at != HashIndex::none;
             at = wanted.find_next(at))
          found(at, rows.row(i) + width);
      }
    }
    return;
  }
  const LookupRequest request{&table, key_columns, columns};
  RowBatch batch;
  for (std::size_t from = 0; from < count; from += RowBatch::kMaxRows) {
    host.check_interrupt();
    batch.reset(width);
    for (std::size_t i = from; i < std::min(count, from + RowBatch::kMaxRows); ++i)
      std::copy_n(keys.data() + i * width, width, batch.append());
    const auto reader = host.find_rows(request, batch);
    while (reader->next(rows))
      for (std::size_t i = 0; i < rows.rows(); ++i)
        found(from + static_cast<std::size_t>(rows.row(i)[0].integer), rows.row(i) + 1);
  }
}

bool is_most_of(Host& host, const Table& table, std::size_t rows) {
  if (rows <= kFewKeys) return false;
  const TableSize size = host.table_size(quote_name(table.schema, table.name));
  return size.known && static_cast<std::size_t>(size.rows) < kMostOf * rows;
}

NodeSecrets::NodeSecrets(const BundleNode& node) {
  for (const BundleSecret& secret : node.secrets) {
    const std::size_t place = node.place_of(secret.column);
    if (!secret.paths.empty() && place != BundleNode::npos)
      parts_.emplace(place, SecretParts(secret.paths, SecretForm::omit));
  }
}

SecretParts* NodeSecrets::at(std::size_t place) {
  const auto found = parts_.find(place);
  return found == parts_.end() ? nullptr : &found->second;
}

void take_out_secrets(std::map<std::size_t, SecretParts>& parts, Cell* row, Arena& arena) {
  for (auto& [place, part] : parts) {
    Cell& cell = row[place];
    if (cell.tag == Tag::json || (cell.tag == Tag::text && json::is_valid(cell.view())))
      cell = Cell::of(cell.tag, arena.copy(part.without(cell.view())));
    else if (cell.tag != Tag::null && cell.tag != Tag::absent)
      cell = Cell();  // no document: the paths lead nowhere, and nothing of it may leave
  }
}

BundleLoader::BundleLoader(Host& host, const BundleShape& shape) : host_(host), shape_(shape) {
  for (const auto& node : shape.nodes) secrets_.emplace_back(*node);
}

void BundleLoader::add(std::size_t node, std::uint32_t parent, const Cell* row, BundleRowsOf& live) {
  BundleNodeRows& rows = live.nodes[node];
  const std::uint32_t at = rows.append();
  rows.parent.push_back(parent);
  Cell* const to = rows.row(at);
  const std::size_t width = rows.width();
  for (std::size_t i = 0; i < width; ++i) to[i] = copy_cell(row[i], live.arena);
  if (!secrets_[node].empty()) secrets_[node].take_out(to, live.arena);
}

void BundleLoader::load(const std::map<std::string, std::string>& parameters, BundleRowsOf& live) {
  // Of which the export has all rows: then it has those that belong to them too.
  std::vector<bool> whole(shape_.nodes.size(), false);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNode& of = *shape_.nodes[node];
    if (of.table == nullptr) continue;
    if (of.via.empty()) {
      whole[node] = std::none_of(of.where.begin(), of.where.end(),
                                 [&](const auto& one) { return parameters.contains(one.second); });
      scan(node, parameters, live);
    } else {
      whole[node] = whole[of.parent];
      load_children(node, live, whole[node]);
    }
    load_references(live.nodes[node], live.arena);
    say_inner(node, live);
  }
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) finish(node, live);
}

void BundleLoader::scan(std::size_t node, const std::map<std::string, std::string>& parameters,
                        BundleRowsOf& live) {
  const BundleNode& of = *shape_.nodes[node];
  std::string where;
  std::vector<Cell> values;
  for (const auto& [place, name] : of.where) {
    const auto given = parameters.find(name);
    if (given == parameters.end()) continue;
    Cell value;
    if (!to_key_cell(Cell::text(given->second), of.column_at(place).kind, live.arena, value))
      throw Error(code::kInvalidOption,
                  "parameter \"" + name + "\" is no value of column \"" + of.column_at(place).name + "\"");
    values.push_back(value);
    where += (where.empty() ? "" : " AND ") +
             host_.equals(*of.table, of.columns[place], "$" + std::to_string(values.size()));
  }
  ScanRequest request;
  request.table = of.table;
  request.columns = of.columns;
  request.ordered = false;
  request.where = where;
  request.parameters = values;
  const auto reader = host_.scan(request);
  RowBatch batch;
  while (reader->next(batch)) {
    host_.check_interrupt();
    for (std::size_t i = 0; i < batch.rows(); ++i) add(node, 0, batch.row(i), live);
  }
}

void BundleLoader::load_like(const BundleRowsOf& wanted, BundleRowsOf& live) {
  // Of which most rows are wanted: then so are most of those that belong to them.
  std::vector<bool> mostly(shape_.nodes.size(), false);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNode& of = *shape_.nodes[node];
    if (of.table == nullptr) continue;
    if (of.via.empty()) {
      const BundleNodeRows& rows = wanted.nodes[node];
      std::vector<Cell> keys;
      for (std::size_t row = 0; row < rows.rows; ++row) {
        const Cell* const cells = rows.row(row);
        const auto is_open = [&](std::size_t place) {
          return cells[place].is_null() || cells[place].tag == Tag::encoded;
        };
        if (std::any_of(of.natural_key.begin(), of.natural_key.end(), is_open)) continue;
        for (const std::size_t place : of.natural_key) keys.push_back(cells[place]);
      }
      mostly[node] = is_most_of(host_, *of.table, keys.size() / of.natural_key.size());
      find_many(
          host_, *of.table, of.columns_at(of.natural_key), of.columns, keys,
          [&](std::size_t, const Cell* row) { add(node, 0, row, live); }, mostly[node]);
    } else {
      mostly[node] = mostly[of.parent];
      load_children(node, live, mostly[node]);
    }
    load_references(live.nodes[node], live.arena);
    say_inner(node, live);
  }
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) finish(node, live);
}

void BundleLoader::load_children(std::size_t node, BundleRowsOf& live, bool mostly) {
  const BundleNode& of = *shape_.nodes[node];
  const BundleNodeRows& parents = live.nodes[of.parent];
  std::vector<Cell> keys;
  for (std::size_t row = 0; row < parents.rows; ++row)
    for (const std::size_t place : of.parent_names) keys.push_back(parents.row(row)[place]);
  find_many(
      host_, *of.table, of.columns_at(of.via), of.columns, keys,
      [&](std::size_t key, const Cell* row) { add(node, static_cast<std::uint32_t>(key), row, live); },
      mostly);
}

void BundleLoader::load_references(BundleRows& rows, Arena& arena) {
  for (std::size_t i = 0; i < rows.shape->references.size(); ++i) {
    const BundleReference& reference = rows.shape->references[i];
    BundleRows& targets = rows.references[i];
    ColumnsHash hash = cell_hash(*rows.shape, reference.through);
    HashIndex known;
    std::vector<Cell> keys;
    for (std::size_t row = 0; row < rows.rows; ++row) {
      const Cell* const cells = rows.row(row);
      rows.leads_to[i][row] = kNoRow;
      if (std::any_of(reference.through.begin(), reference.through.end(),
                      [&](std::size_t place) { return cells[place].is_null(); }))
        continue;
      const auto [at, fresh] = number_of(known, hash.of(cells));
      if (fresh)
        for (const std::size_t place : reference.through) keys.push_back(cells[place]);
      rows.leads_to[i][row] = at;
    }
    for (std::size_t at = 0; at < known.size(); ++at) targets.append();
    if (known.empty()) continue;
    std::vector<bool> seen(known.size(), false);
    find_many(host_, *targets.shape->table, targets.shape->columns_at(reference.target_names),
              targets.shape->columns, keys, [&](std::size_t key, const Cell* row) {
                Cell* const to = targets.row(key);
                for (std::size_t c = 0; c < targets.width(); ++c) to[c] = copy_cell(row[c], arena);
                seen[key] = true;
              });
    for (std::size_t at = 0; at < seen.size(); ++at)
      if (!seen[at])
        throw Error(code::kReference,
                    "table \"" + rows.shape->table->display_name() + "\", column \"" + reference.column +
                        "\": no row of \"" + targets.shape->table->display_name() + "\" has the key " +
                        shown_key(keys.data() + at * reference.through.size(), reference.through.size()));
    load_references(targets, arena);
  }
}

// Numbers inside documents become natural keys.
void BundleLoader::say_inner(std::size_t node, BundleRowsOf& live) {
  const BundleNode& of = *shape_.nodes[node];
  BundleNodeRows& rows = live.nodes[node];
  for (std::size_t i = 0; i < of.inner.size(); ++i) {
    const BundleInnerReference& reference = of.inner[i];
    InnerReferences inner(reference);
    const auto each = [&](const auto& body) {
      for (std::uint32_t row = 0; row < rows.rows; ++row) {
        Cell& cell = rows.row(row)[reference.place];
        if ((cell.tag != Tag::json && cell.tag != Tag::text) || !json::is_valid(cell.view())) continue;
        const std::vector<InnerPlace> places = inner.places(cell.view());
        if (!places.empty()) body(row, cell, places);
      }
    };
    std::set<std::string> numbers;
    each([&](std::uint32_t, const Cell&, const std::vector<InnerPlace>& places) {
      for (const InnerPlace& place : places)
        if (!place.is_key) numbers.insert(place.text);
    });
    const auto keys = inner.find_keys(host_, {numbers.begin(), numbers.end()});
    std::vector<std::string> known;
    each([&](std::uint32_t row, Cell& cell, const std::vector<InnerPlace>& places) {
      const std::string text = InnerReferences::replaced(cell.view(), places, [&](const InnerPlace& place) {
        const auto key = keys.find(place.text);
        if (place.is_key || key == keys.end())
          throw Error(code::kReference, "table \"" + of.table->display_name() + "\", row " +
                                            shown_row(shape_, live, node, row) + ", column \"" +
                                            of.column_at(reference.place).name + "\", " + reference.text +
                                            ": no row of \"" + reference.target->display_name() + "\" is " +
                                            place.text);
        known.push_back(key->second);
        return inner.said(key->second, place.quoted);
      });
      cell = Cell::of(cell.tag, live.arena.copy(text));
    });
    inner.find_numbers(host_, known, live.numbers[{node, i}]);
  }
}

void BundleLoader::finish(std::size_t node, BundleRowsOf& live) {
  BundleNodeRows& rows = live.nodes[node];
  const std::size_t parent = shape_.nodes[node]->parent;
  const std::size_t parents = parent == BundleNode::npos ? 1 : live.nodes[parent].rows;
  rows.arrange(parents);
  rows.given.assign(parents, true);
  rows.ordinal.assign(rows.rows, 0);
  require_unique(node, live);
}

// Two rows of one natural key: neither could be told from the other elsewhere.
void BundleLoader::require_unique(std::size_t node, BundleRowsOf& live) {
  const BundleNode& of = *shape_.nodes[node];
  if (of.table == nullptr) return;
  const BundleNodeRows& rows = live.nodes[node];
  for (std::size_t at = 1; at < rows.order.size(); ++at) {
    const std::uint32_t a = rows.order[at - 1];
    const std::uint32_t b = rows.order[at];
    if (rows.parent[a] != rows.parent[b] || !is_same_key(rows, a, b)) continue;
    throw Error(code::kInvalidBundle,
                "table \"" + of.table->display_name() + "\" has two rows of the natural key " +
                    shown_row(shape_, live, node, a),
                "They cannot be told from each other in another database.",
                "Name more columns in \"natural_key\" of the bundle \"" + shape_.name + "\".");
  }
}

void BundleLoader::resolve(BundleRows& rows, Arena& arena, const Missing& missing) {
  for (std::size_t i = 0; i < rows.shape->references.size(); ++i) {
    const BundleReference& reference = rows.shape->references[i];
    BundleRows& targets = rows.references[i];
    const BundleRow& shape = *targets.shape;
    bool broken = false;
    std::vector<bool> unknown(targets.rows, false);
    resolve(targets, arena, [&](const BundleReference&, std::uint32_t row) { unknown[row] = broken = true; });
    // The same row may be named many times.
    ColumnsHash hash = cell_hash(shape, shape.natural_key);
    HashIndex known;
    std::vector<Cell> keys;
    std::vector<std::uint32_t> number(targets.rows, kNoRow);
    for (std::size_t row = 0; row < targets.rows; ++row) {
      if (unknown[row]) continue;
      const auto [at, fresh] = number_of(known, hash.of(targets.row(row)));
      if (fresh)
        for (const std::size_t place : shape.natural_key) keys.push_back(targets.row(row)[place]);
      number[row] = at;
    }
    std::vector<Cell> names(known.size() * reference.target_names.size());
    std::vector<bool> seen(known.size(), false);
    if (!known.empty())
      find_many(host_, *shape.table, shape.columns_at(shape.natural_key),
                shape.columns_at(reference.target_names), keys, [&](std::size_t key, const Cell* row) {
                  seen[key] = true;
                  for (std::size_t c = 0; c < reference.target_names.size(); ++c)
                    names[key * reference.target_names.size() + c] = copy_cell(row[c], arena);
                });
    for (std::uint32_t row = 0; row < rows.rows; ++row) {
      const std::uint32_t target = rows.leads_to[i][row];
      Cell* const cells = rows.row(row);
      if (target == kNotSaid) continue;
      const bool found = target != kNoRow && number[target] != kNoRow && seen[number[target]];
      if (target != kNoRow && !found) missing(reference, row);
      for (std::size_t c = 0; c < reference.through.size(); ++c) {
        Cell& cell = cells[reference.through[c]];
        if (target == kNoRow)
          cell = Cell();
        else if (found)
          cell = names[number[target] * reference.target_names.size() + c];
        else
          cell = Cell::of(Tag::encoded, std::string_view("\"?\""));
      }
    }
  }
}

}  // namespace whimbrel
