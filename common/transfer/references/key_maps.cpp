#include "common/transfer/references/key_maps.h"

#include <algorithm>

#include "common/error.h"
#include "common/transfer/problems.h"
#include "common/transfer/references/key_cell.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

constexpr std::size_t kMostKnown = 200'000;

bool contains(const std::vector<std::size_t>& columns, std::size_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

std::vector<std::size_t> indexes(const Table& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> columns;
  for (const std::string& name : names)
    if (const std::size_t column = table.find_column(name); column != Table::npos) columns.push_back(column);
  return columns.size() == names.size() ? columns : std::vector<std::size_t>();
}

// Keys stand in arrays of kMostParts cells while they are followed.
void check_parts(const Table& table, std::size_t parts) {
  if (parts <= kMostParts) return;
  throw Error(code::kUnsupported,
              "table \"" + table.display_name() + "\": a key of " + std::to_string(parts) +
                  " columns cannot get new ids, or be found by them",
              {},
              "At most " + std::to_string(kMostParts) +
                  " columns can. Import it with preserve_ids, and without a natural_key.");
}

bool can_be_minted(const Column& column) {
  switch (column.kind) {
    case Kind::integer:
    case Kind::uuid:
    case Kind::text:
    case Kind::any:
    case Kind::bytes:
      return true;
    default:
      return false;
  }
}

Error twice(const Table& table, const Cell* key, std::size_t parts) {
  return {code::kDuplicateKey, "table \"" + table.display_name() +
                                   "\": two rows of the document have the key " + shown_key(key, parts)};
}

// A key that stays would be that of another row there.
Error no_new_id(const Table& table, const Column& column, const std::string& what) {
  return Error(
      code::kUnsupported, "table \"" + table.display_name() + "\", column \"" + column.name + "\": " + what,
      "New ids are integers, uuids, and texts.",
      "Where the key means something, rule_add('natural_key', " + quote_literal(table.display_name()) + ", " +
          quote_literal(column.name) + ") keeps it; else import with preserve_ids.");
}

}  // namespace

bool touches(const Link& link, const std::vector<std::size_t>& columns) {
  return std::any_of(link.columns.begin(), link.columns.end(),
                     [&](std::size_t column) { return contains(columns, column); });
}

bool TableKeys::assigns() const {
  return std::find(assigned.begin(), assigned.end(), true) != assigned.end();
}

KeyMaps::KeyMaps(Host& host, const DocumentInput& input, const DocumentIndex& index, const Schema& schema,
                 const Rules& rules, const RemappingOptions& options, const std::vector<const Table*>& tables,
                 KeyTrial* trial)
    : host_(host),
      input_(input),
      index_(index),
      schema_(schema),
      options_(options),
      space_(host.dialect().temporary_directory),
      trial_(trial) {
  for (const Table* table : tables) {
    auto keys = std::make_unique<TableKeys>();
    keys->table = table;
    keys->place = tables_.size();
    for (const IndexedTable& source : index.tables)
      if (source.target == table && source.selected) keys->source = &source;
    keys->assigned.resize(table->columns.size());
    find_assigned(*keys, rules);
    keys->changed = keys->assigned;
    find_links(*keys, rules);
    tables_.push_back(std::move(keys));
  }
  spread_changes();
  for (const auto& keys : tables_)
    for (Link& link : keys->links)
      for (auto& [value, target] : link.to) {
        target.key = key_of(target);
        if (find(*target.table) != nullptr) target.left_out = left_out_.watch(*target.table, target.columns);
      }
  const bool finds = !options.origin.empty();
  const bool looks = options.strict && !options.preserve_ids;  // for old ids, which documents alone may name
  for (const auto& keys : tables_)
    if (keys->assigns() && (finds || looks || !keys->natural_key.empty()))
      key_of({keys->table, keys->table->primary_key, nullptr});
}

TableKeys* KeyMaps::find(const Table& table) {
  for (const auto& keys : tables_)
    if (keys->table == &table) return keys.get();
  return nullptr;
}

void KeyMaps::find_assigned(TableKeys& keys, const Rules& rules) {
  const Table& table = *keys.table;
  for (const Rule* rule : rules.of(RuleKind::natural_key, table.display_name()))
    keys.natural_key = indexes(table, rule->columns);
  check_parts(table, keys.natural_key.size());
  std::vector<std::size_t> natural = keys.natural_key, primary = table.primary_key;
  std::sort(natural.begin(), natural.end());
  std::sort(primary.begin(), primary.end());
  if (natural == primary) {
    keys.natural_key.clear();
    return;
  }
  if (options_.preserve_ids && keys.natural_key.empty() && options_.origin.empty()) return;
  for (const std::size_t column : primary) {
    const Column& one = table.columns[column];
    bool references = false;
    for (const ForeignKey& key : table.foreign_keys) references = references || contains(key.columns, column);
    for (const Rule* rule : rules.of(RuleKind::reference, table.display_name()))
      references = references || (rule->path.empty() && rule->columns[0] == one.name);
    const bool own = primary.size() == 1 || one.counts() || (one.kind == Kind::uuid && one.has_default);
    const bool minted = can_be_minted(one);
    keys.assigned[column] = !references && own && minted;
    const bool has_rows = keys.source != nullptr && keys.source->rows != 0;
    if (!references && primary.size() == 1 && !minted && !options_.preserve_ids && has_rows)
      refuse(no_new_id(table, one, "a \"" + one.type + "\" cannot get new ids"), keys, 0);
  }
  if (keys.assigns()) check_parts(table, primary.size());
}

void KeyMaps::find_links(TableKeys& keys, const Rules& rules) {
  const Table& table = *keys.table;
  for (const ForeignKey& key : table.foreign_keys) {
    check_parts(table, key.columns.size());
    for (const Table& parent : schema_.tables) {
      if (parent.name != key.parent_table || parent.schema != key.parent_schema) continue;
      std::vector<std::size_t> columns = indexes(parent, key.parent_columns);
      if (columns.size() == key.columns.size())
        keys.links.push_back(
            {key.columns, Table::npos, {{"", {&parent, std::move(columns), nullptr}}}, false});
    }
  }
  for (const Rule* rule : rules.of(RuleKind::reference, table.display_name())) {
    const ReferenceRule parsed = parse_reference(*rule);
    const std::size_t column = table.find_column(parsed.column);
    if (parsed.is_inside() || column == Table::npos) continue;
    Link link{{column}, table.find_column(parsed.discriminator_column), {}, true};
    for (const auto& [value, name] : parsed.targets)
      if (Target target = target_of(name, parsed.target_column); target.table != nullptr)
        link.to.emplace_back(value, std::move(target));
    keys.links.push_back(std::move(link));
  }
}

Target KeyMaps::target_of(const std::string& table, const std::string& column) {
  Target target;
  for (const Table& one : schema_.tables) {
    if (one.display_name() != table) continue;
    target.columns = column.empty() ? one.primary_key : indexes(one, {column});
    if (target.columns.size() == 1) target.table = &one;
  }
  if (target.table == nullptr) return target;
  target.declared = true;
  target.key = key_of(target);
  if (find(*target.table) != nullptr) target.left_out = left_out_.watch(*target.table, target.columns);
  return target;
}

bool KeyMaps::changes(const Target& target) const {
  for (const auto& keys : tables_) {
    if (keys->table != target.table) continue;
    return std::any_of(target.columns.begin(), target.columns.end(),
                       [&](std::size_t column) { return keys->changed[column]; });
  }
  return false;
}

void KeyMaps::spread_changes() {
  for (bool more = true; more;) {
    more = false;
    for (const auto& keys : tables_) {
      for (const Link& link : keys->links) {
        for (const auto& [value, target] : link.to) {
          const TableKeys* parent = find(*target.table);
          if (parent == nullptr) continue;
          for (std::size_t i = 0; i < link.columns.size(); ++i) {
            if (!parent->changed[target.columns[i]] || keys->changed[link.columns[i]]) continue;
            keys->changed[link.columns[i]] = true;
            more = true;
          }
        }
      }
    }
  }
}

// Made when it is asked for; null where no part of it changes.
MappedKey* KeyMaps::key_of(const Target& target) {
  if (!changes(target)) return nullptr;
  for (const auto& key : keys_)
    if (key->table == target.table && key->columns == target.columns) return key.get();
  TableKeys& keys = *find(*target.table);
  auto made = std::make_unique<MappedKey>();
  made->table = target.table;
  made->columns = target.columns;
  MappedKey* const key = keys_.emplace_back(std::move(made)).get();
  if (target.columns == target.table->primary_key) {
    keys.primary = key;
  } else if (keys.assigns() && keys.primary == nullptr) {
    key_of({target.table, target.table->primary_key, nullptr});
  }
  return key;
}

void KeyMaps::prepare() {
  for (std::size_t i = 0; i < keys_.size(); ++i) build(keys_[i].get());
  for (const auto& keys : tables_)
    if (keys->assigns() && !keys->minter) prepare_minter(*keys, keys->source->rows);
}

void KeyMaps::build(MappedKey* key) {
  if (key == nullptr || key->map) return;
  if (key->building) {
    throw Error(code::kUnsupported,
                "what identifies rows of table \"" + key->table->display_name() +
                    "\" follows itself by its references",
                "New ids of these rows cannot be found one after the other.",
                "Import with preserve_ids, or give another natural_key.");
  }
  key->building = true;
  TableKeys& keys = *find(*key->table);
  if (key == keys.primary) {
    build_needs(keys, keys.natural_key);
  } else if (keys.primary != nullptr) {
    build(keys.primary);
  }
  build_needs(keys, key->columns);
  key->map.emplace(space_);
  if (key == keys.primary && keys.assigns()) {
    build_primary(keys, *key);
  } else {
    build_other(keys, *key);
  }
  if (!key->map->seal()) {
    const Cell cell = Cell::integer_of(key->map->duplicate());
    refuse(twice(*key->table, &cell, 1), keys, 0);
  }
  key->building = false;
}

void KeyMaps::build_needs(const TableKeys& keys, const std::vector<std::size_t>& columns) {
  for (const Link& link : keys.links) {
    if (!touches(link, columns)) continue;
    for (const auto& [value, target] : link.to) build(target.key);
  }
}

void KeyMaps::read_rows(const TableKeys& keys, const std::vector<std::size_t>& columns, const Visit& visit) {
  if (keys.source == nullptr || keys.source->rows == 0) return;
  TableRows rows(host_, input_, index_, *keys.source, columns);
  BadRows bad;  // are told when they are to be written
  const bool goes_on = options_.collects || trial_ != nullptr;
  if (goes_on) rows.collect(bad);
  const Cell* cells = nullptr;
  const LeftOutRows::Row row = [&](std::size_t column) {
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found == columns.end()) throw Error(code::kInternal, "a column of a key was not read");
    return cells[found - columns.begin()];
  };
  RowBatch batch;
  for (std::uint64_t number = 0; rows.next(batch);) {
    for (std::size_t i = 0; i < batch.rows(); ++i, ++number) {
      const std::uint64_t place = goes_on ? rows.numbers().at(number) : number + 1;
      if (trial_ != nullptr && trial_->is_wrong(keys.source->name, place, *keys.table, columns)) continue;
      cells = batch.row(i);
      visit(row, place, batch.arena());
    }
  }
}

// The rows of the document with all that the key, the primary key and the natural key are made of.
void KeyMaps::read_keys(const TableKeys& keys, const MappedKey& key, const Visit& visit) {
  std::vector<std::size_t> columns;
  const auto want = [&](const std::vector<std::size_t>& more) {
    for (const std::size_t column : more)
      if (!contains(columns, column)) columns.push_back(column);
  };
  want(key.columns);
  want(keys.table->primary_key);
  if (&key == keys.primary) want(keys.natural_key);
  const std::vector<std::size_t> wanted = columns;
  for (const Link& link : keys.links) {
    if (!touches(link, wanted)) continue;
    want(link.columns);
    if (link.discriminator != Table::npos) want({link.discriminator});
  }
  read_rows(keys, columns, visit);
}

void KeyMaps::add(const TableKeys& keys, MappedKey& key, const Cell* from, const Cell* to,
                  std::uint64_t row) {
  const std::size_t size = key.columns.size();
  if (!key.map->add({from, size}, {to, size})) refuse(twice(*key.table, from, size), keys, row);
}

void KeyMaps::build_primary(TableKeys& keys, MappedKey& key) {
  const std::size_t size = key.columns.size();
  Cell old[kMostParts], now[kMostParts];
  IdMap found(space_);
  KeyIndex rows_found(space_);
  const bool finds = !options_.origin.empty() || !keys.natural_key.empty();
  if (finds) match_rows(keys, key, found, rows_found);
  const std::uint64_t rows = keys.source == nullptr ? 0 : keys.source->rows;
  prepare_minter(keys, rows - std::min(rows, keys.matched));
  read_keys(keys, key, [&](const LeftOutRows::Row& row, std::uint64_t number, Arena& arena) {
    if (!take_key(*keys.table, key.columns, row, old, arena)) return;
    if (!finds || !found.find({old, size}, now, arena)) {
      std::copy(old, old + size, now);
      for (const Link& link : keys.links) {
        Cell followed[kMostParts];
        if (!touches(link, key.columns) || follow_link(link, row, followed, arena) != Outcome::mapped)
          continue;
        for (std::size_t i = 0; i < link.columns.size(); ++i)
          for (std::size_t part = 0; part < size; ++part)
            if (key.columns[part] == link.columns[i]) now[part] = followed[i];
      }
      for (std::size_t part = 0; part < size; ++part)
        if (keys.assigned[key.columns[part]] && !options_.preserve_ids)
          mint(keys, key.columns[part], number, now[part], arena);
      if (finds) require_apart(keys, rows_found.find({now, size}, arena), number, now);
    }
    if (!options_.origin.empty() && trial_ == nullptr) remember_origin(keys, old, now);
    add(keys, key, old, now, number);
  });
}

// A key whose values all follow others, or that holds more than the primary key.
void KeyMaps::build_other(TableKeys& keys, MappedKey& key) {
  const std::size_t size = key.columns.size();
  Cell old[kMostParts], now[kMostParts], primary[kMostParts];
  read_keys(keys, key, [&](const LeftOutRows::Row& row, std::uint64_t number, Arena& arena) {
    if (!take_key(*keys.table, key.columns, row, old, arena)) return;
    std::copy(old, old + size, now);
    const auto set = [&](std::size_t column, const Cell& value) {
      for (std::size_t part = 0; part < size; ++part)
        if (key.columns[part] == column) now[part] = value;
    };
    for (const Link& link : keys.links) {
      Cell followed[kMostParts];
      if (!touches(link, key.columns) || follow_link(link, row, followed, arena) != Outcome::mapped) continue;
      for (std::size_t i = 0; i < link.columns.size(); ++i) set(link.columns[i], followed[i]);
    }
    const std::vector<std::size_t>& own = keys.table->primary_key;
    if (keys.primary != nullptr && keys.primary != &key && take_key(*keys.table, own, row, primary, arena)) {
      Cell assigned[kMostParts];
      if (keys.primary->map->find({primary, own.size()}, assigned, arena))
        for (std::size_t part = 0; part < own.size(); ++part) set(own[part], assigned[part]);
    }
    add(keys, key, old, now, number);
  });
}

void KeyMaps::prepare_minter(TableKeys& keys, std::uint64_t count) {
  const Table& table = *keys.table;
  IdBlock block;
  std::size_t text = Table::npos;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    if (!keys.assigned[column]) continue;
    const Kind kind = table.columns[column].kind;
    if ((kind == Kind::integer || kind == Kind::any) && !options_.preserve_ids)
      block = trial_ == nullptr ? host_.reserve_ids(table, column, count, options_.dry_run)
                                : IdBlock{-1, -1};  // that nobody has
    if (kind == Kind::text || kind == Kind::any) text = column;
  }
  keys.minter = std::make_unique<Minter>(block, [this, &table, text](std::string_view value) {
    const Cell cell = Cell::text(value);
    return text != Table::npos && exists(table, {text}, &cell);
  });
}

void KeyMaps::mint(const TableKeys& keys, std::size_t column, std::uint64_t row, Cell& cell,
                   Arena& arena) const {
  const Column& one = keys.table->columns[column];
  Cell made;
  if (!keys.minter->mint(cell, one.kind == Kind::uuid, arena, made)) {
    const std::string what = "the value " + shown_key(&cell, 1) + " cannot get a new id";
    return refuse(no_new_id(*keys.table, one, what), keys, row);
  }
  cell = made;
}

bool KeyMaps::assign(TableKeys& keys, const LeftOutRows::Row& row, Cell* cells, Arena& arena) {
  const std::vector<std::size_t>& columns = keys.table->primary_key;
  if (keys.primary != nullptr) {
    Cell old[kMostParts], now[kMostParts];
    std::size_t part = 0;
    while (part < columns.size() && !cells[part].is_null() &&
           to_key_cell(cells[part], keys.table->columns[columns[part]].kind, arena, old[part]))
      ++part;
    if (part == columns.size() && keys.primary->map->find({old, columns.size()}, now, arena)) {
      bool changed = !options_.preserve_ids;
      for (std::size_t i = 0; i < columns.size(); ++i) {
        std::string before, after;
        encode_key({&old[i], 1}, before);
        encode_key({&now[i], 1}, after);
        changed = changed || before != after;
        if (keys.changed[columns[i]]) cells[i] = now[i];
      }
      return changed;
    }
  }
  if (Cell natural[kMostParts];
      keys.found && !keys.found->empty() && natural_key_of(keys, row, natural, arena)) {
    if (const auto found = keys.found->find({natural, keys.natural_key.size()}, arena)) {
      decode_key(found->view(), cells, columns.size());
      return !options_.preserve_ids;
    }
  }
  if (options_.preserve_ids) return false;
  bool changed = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!keys.assigned[columns[i]]) continue;
    mint(keys, columns[i], 0, cells[i], arena);
    changed = true;
  }
  return changed;
}

const Target* KeyMaps::named_by(const Link& link, const LeftOutRows::Row& row, Cell* from,
                                Arena& arena) const {
  const Target* target = nullptr;
  std::string wanted;
  if (link.discriminator != Table::npos) {
    const Cell cell = row(link.discriminator);
    if (cell.is_null()) return nullptr;
    wanted = key_text(cell, arena);
  }
  for (const auto& [value, one] : link.to)
    if (value == wanted) target = &one;
  if (target == nullptr) return nullptr;
  for (std::size_t i = 0; i < link.columns.size(); ++i) {
    from[i] = row(link.columns[i]);
    if (from[i].is_null()) return nullptr;
  }
  return link.declared && from[0].tag == Tag::text && from[0].size == 0 ? nullptr : target;
}

std::optional<KeyMaps::Outcome> KeyMaps::follow_link(const Link& link,
                                                     const std::function<Cell(std::size_t)>& row, Cell* to,
                                                     Arena& arena) {
  Cell from[kMostParts];
  const Target* const target = named_by(link, row, from, arena);
  if (target == nullptr) return std::nullopt;
  // The database checks its own keys, and refuses what leads nowhere.
  const bool checked =
      options_.missing == MissingReferences::error || options_.missing == MissingReferences::keep;
  if (target->key == nullptr && !link.declared && checked) return std::nullopt;
  return follow(*target, from, to, arena);
}

KeyMaps::Outcome KeyMaps::follow(const Target& target, const Cell* from, Cell* to, Arena& arena) {
  Cell key[kMostParts];
  const std::size_t size = target.columns.size();
  for (std::size_t i = 0; i < size; ++i) {
    const Column& column = target.table->columns[target.columns[i]];
    if (!to_key_cell(from[i], column.kind, arena, key[i])) return Outcome::missing;
    to[i] = from[i];
    if (!fits_column(key[i], column)) return Outcome::missing;
  }
  if (target.left_out != nullptr && target.left_out->has(key)) return Outcome::left_out;
  if (target.key == nullptr) {
    const bool decides = options_.missing == MissingReferences::null ||
                         options_.missing == MissingReferences::skip || target.declared;
    if (!decides || is_in_document(target, key)) return Outcome::kept;
  } else {
    if (target.key->map && target.key->map->find({key, size}, to, arena)) return Outcome::mapped;
    if (was_made(target, key)) return Outcome::missing;
  }
  return exists(*target.table, target.columns, key) ? Outcome::kept : Outcome::missing;
}

// Whether a row of the document has a key that stays as it is: it may not be written yet.
bool KeyMaps::is_in_document(const Target& target, const Cell* cells) {
  const TableKeys* keys = find(*target.table);
  if (keys == nullptr || keys->source == nullptr || keys->source->rows == 0) return false;
  if (!has_one_form(host_.dialect(), *target.table, target.columns)) return true;
  auto kept = std::ranges::find_if(
      kept_, [&](const KeptKeys& one) { return one.table == target.table && one.columns == target.columns; });
  if (kept == kept_.end()) {
    const DocumentRows rows{host_, input_, index_, *keys->source};
    kept_.push_back({target.table, target.columns, ParentKeys(rows, target.columns, space_)});
    kept = std::prev(kept_.end());
  }
  return kept->keys.contains(cells);
}

bool KeyMaps::written_key(const LeftOutKeys& named, const Cell* old, Cell* now, Arena& arena) const {
  const std::size_t size = named.columns().size();
  for (const auto& key : keys_)
    if (key->table == &named.table() && key->columns == named.columns())
      return key->map && key->map->find({old, size}, now, arena);
  std::copy(old, old + size, now);
  return true;
}

// Numbers that were given to new rows are not those of a row that was there before.
bool KeyMaps::was_made(const Target& target, const Cell* cells) {
  const TableKeys* keys = find(*target.table);
  if (keys == nullptr || !keys->minter) return false;
  for (std::size_t i = 0; i < target.columns.size(); ++i)
    if (keys->assigned[target.columns[i]] && cells[i].tag == Tag::integer &&
        keys->minter->made(cells[i].integer))
      return true;
  return false;
}

bool KeyMaps::has_text_ids() const {
  return std::any_of(keys_.begin(), keys_.end(), [](const auto& key) {
    return key->columns.size() == 1 && key->table->columns[key->columns[0]].kind != Kind::integer;
  });
}

const Table* KeyMaps::table_of_old_id(std::string_view text, Arena& arena) {
  for (const auto& key : keys_) {
    if (key->columns.size() != 1 || !key->map) continue;
    const Kind kind = key->table->columns[key->columns[0]].kind;
    Cell from, to;
    if (kind == Kind::integer || !to_key_cell(Cell::text(text), kind, arena, from)) continue;
    if (key->map->find({&from, 1}, &to, arena) && key_text(to, arena) != text) return key->table;
  }
  return nullptr;
}

std::vector<const MappedKey*> KeyMaps::integer_keys() const {
  std::vector<const MappedKey*> keys;
  for (const auto& key : keys_)
    if (key->columns.size() == 1 && key->columns == key->table->primary_key && key->map &&
        key->table->columns[key->columns[0]].kind == Kind::integer)
      keys.push_back(key.get());
  return keys;
}

std::vector<std::string> KeyMaps::columns_that_name(const MappedKey& key) const {
  std::vector<std::string> names;
  for (const auto& keys : tables_)
    for (const Link& link : keys->links)
      if (link.declared && link.to.size() == 1 && link.to[0].second.key == &key)
        names.push_back(keys->table->columns[link.columns[0]].name);
  const std::vector<std::string> own = {key.table->columns[key.columns[0]].name};
  for (const Table& table : schema_.tables)
    for (const ForeignKey& reference : table.foreign_keys)
      if (reference.parent_table == key.table->name && reference.parent_schema == key.table->schema &&
          reference.parent_columns == own)
        names.push_back(table.columns[reference.columns[0]].name);
  return names;
}

bool KeyMaps::has_changed(const MappedKey& key, std::string_view id, Arena& arena) const {
  Cell from, to;
  return to_key_cell(Cell::text(id), Kind::integer, arena, from) && from.tag == Tag::integer &&
         key.map->find({&from, 1}, &to, arena) && to.integer != from.integer;
}

bool KeyMaps::exists(const Table& table, const std::vector<std::size_t>& columns, const Cell* cells) {
  std::string key = table.schema + "." + table.name;
  for (const std::size_t column : columns) key += "," + std::to_string(column);
  key += '\0';
  encode_key({cells, columns.size()}, key);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  std::string sql = "SELECT 1 FROM " + quote_name(table.schema, table.name) + " WHERE ";
  for (std::size_t i = 0; i < columns.size(); ++i)
    sql += (i == 0 ? "" : " AND ") + host_.equals(table, columns[i], "$" + std::to_string(i + 1));
  const auto rows = host_.query_all_rows(sql + " LIMIT 1", {cells, columns.size()});
  RowBatch batch;
  const bool found = rows->next(batch);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.emplace(std::move(key), found);
  return found;
}

}  // namespace whimbrel
