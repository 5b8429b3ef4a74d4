#include "common/bundle/compare.h"

#include <algorithm>
#include <unordered_map>

#include "common/bundle/load.h"
#include "common/bundle/value_text.h"
#include "common/cell_copy.h"
#include "common/each_row.h"
#include "common/error.h"
#include "common/migration/own_tables.h"
#include "common/transfer/cell_equality.h"
#include "common/transfer/hash_index.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

// A key among the rows of one parent.
Hash below(Hash key, std::uint32_t parent) {
  key.low += (std::uint64_t{parent} + 1) * 0x9e3779b97f4a7c15;
  return key;
}

// Documents in columns of text: other white space is no change.
bool is_same_document(const BundleRow& row, std::size_t place, const Cell& a, const Cell& b) {
  if (a.tag != Tag::text || b.tag != Tag::text || !row.has_documents(place) || !json::is_valid(b.view()))
    return false;
  JsonHasher hasher;
  const Hash hash = hasher.hash(a.view());
  return hash == hasher.hash(b.view());
}

// What a planner need not be allowed to; an engine without roles allows everything.
bool may_read(Host& host, const Table& table, const std::vector<std::size_t>& columns) {
  if (host.dialect().engine == "sqlite") return true;
  const std::string name = quote_name(table.schema, table.name);
  bool allowed = true;
  for (const std::size_t column : columns) {
    const Cell parameters[] = {Cell::text(name), Cell::text(table.columns[column].name)};
    for_each_row(host, "SELECT pg_catalog.has_column_privilege($1, $2, 'SELECT')", parameters,
                 [&](const Cell* row) { allowed = allowed && row[0].integer != 0; });
  }
  return allowed;
}

// Sums of these tell who had which one.
Hash mixed(const Hash& hash, std::uint64_t seed) {
  char bytes[sizeof hash];
  std::memcpy(bytes, &hash, sizeof hash);
  return hash_bytes({bytes, sizeof bytes}, seed);
}

}  // namespace

BundleComparison::BundleComparison(Host& host, const BundleShape& shape, std::string_view document,
                                   CompareOptions options)
    : host_(host),
      shape_(shape),
      document_(document),
      options_(std::move(options)),
      secrets_(shape, options_.secrets),
      wanted_(shape),
      live_(shape),
      live_of_(shape.nodes.size()),
      matched_(shape.nodes.size()),
      unchanged_(shape.nodes.size()) {}

void BundleComparison::run(BundleProblems& problems) {
  read_bundle(shape_, document_, wanted_, problems);
  if (problems.errors() > 0 && wanted_.nodes[0].rows == 0) return;
  check_keys(problems);
  resolve(problems);
  // Rows that could not be read tell nothing.
  if (problems.errors() > 0) return;
  BundleLoader(host_, shape_).load_like(wanted_, live_);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) match(node);
  std::size_t rows = 0;
  for (const BundleNodeRows& node : wanted_.nodes) rows += node.rows;
  changes_.reserve(rows);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) compare(node);
  apply_secrets(problems);
  check_new_rows(problems);
  if (options_.remarks) {
    remark_secrets(problems);
    for (std::size_t node = 0; node < shape_.nodes.size(); ++node) remark_references(node, problems);
  }
  // Children go before what they belong to.
  std::stable_sort(removals_.begin(), removals_.end(),
                   [](const BundleChange& a, const BundleChange& b) { return a.node > b.node; });
  changes_.insert(changes_.begin(), std::make_move_iterator(removals_.begin()),
                  std::make_move_iterator(removals_.end()));
}

void BundleComparison::check_keys(BundleProblems& problems) {
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNode& of = *shape_.nodes[node];
    const BundleNodeRows& rows = wanted_.nodes[node];
    // What is a reference in the key is not resolved yet: its cells say nothing.
    if (of.table == nullptr || rows.rows < 2) continue;
    ColumnsHash hash = cell_hash(of, of.natural_key);
    HashIndex seen(rows.rows);
    for (std::uint32_t row = 0; row < rows.rows; ++row) {
      Hash key = below(hash.of(rows.row(row)), rows.parent[row]);
      bool said = true;
      for (std::size_t i = 0; i < of.references.size(); ++i) {
        const auto& through = of.references[i].through;
        if (std::find(of.natural_key.begin(), of.natural_key.end(), through[0]) == of.natural_key.end())
          continue;
        const std::uint32_t target = rows.leads_to[i][row];
        said = said && target < kNotSaid;
        if (!said) break;
        const BundleRow& inner = *of.references[i].target;
        key += cell_hash(inner, inner.natural_key).of(rows.references[i].row(target));
      }
      if (!said) continue;
      if (!seen.contains(key))
        seen.add(key);
      else
        problems.error(code::kDuplicateKey, of.table->display_name(), path_of_row(shape_, wanted_, node, row),
                       "the row " + shown_row(shape_, wanted_, node, row) + " stands there twice");
    }
  }
}

void BundleComparison::resolve(BundleProblems& problems) {
  BundleLoader loader(host_, shape_);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    if (shape_.nodes[node]->table == nullptr) continue;
    resolve_inner(node, problems);
    loader.resolve(
        wanted_.nodes[node], wanted_.arena, [&](const BundleReference& reference, std::uint32_t row) {
          if (resolve_inside(node, reference, row)) return;
          const std::size_t index =
              static_cast<std::size_t>(&reference - shape_.nodes[node]->references.data());
          const BundleRows& targets = wanted_.nodes[node].references[index];
          const std::uint32_t target = wanted_.nodes[node].leads_to[index][row];
          std::string key;
          for (const std::size_t place : reference.target->natural_key)
            key += (key.empty() ? "" : ", ") +
                   shown_cell(targets.row(target)[place], reference.target->column_at(place).kind);
          problems.error(
              code::kReference, shape_.nodes[node]->table->display_name(),
              path_of_row(shape_, wanted_, node, row) + reference.path,
              "table \"" + reference.target->table->display_name() + "\" has no row (" + key + ")");
        });
  }
}

// Keys inside documents: of rows that are here, or that the document brings itself.
void BundleComparison::resolve_inner(std::size_t node, BundleProblems& problems) {
  const BundleNode& of = *shape_.nodes[node];
  BundleNodeRows& rows = wanted_.nodes[node];
  for (std::size_t i = 0; i < of.inner.size(); ++i) {
    const BundleInnerReference& reference = of.inner[i];
    InnerReferences inner(reference);
    std::map<std::string, std::uint32_t> keys;  // and a row that says it
    for (std::uint32_t row = 0; row < rows.rows; ++row) {
      const Cell& cell = rows.row(row)[reference.place];
      if ((cell.tag != Tag::json && cell.tag != Tag::text) || !json::is_valid(cell.view())) continue;
      for (const InnerPlace& place : inner.places(cell.view())) {
        if (place.is_key)
          keys.emplace(place.text, row);
        else
          problems.error(code::kReference, of.table->display_name(), path_of_row(shape_, wanted_, node, row),
                         "column \"" + of.column_at(reference.place).name + "\", " + reference.text +
                             ": a number says nothing in another database, it must be " +
                             inner.said("…", false));
      }
    }
    std::vector<std::string> names;
    for (const auto& [key, row] : keys) names.push_back(key);
    InnerNumbers& numbers = wanted_.numbers[{node, i}];
    inner.find_numbers(host_, names, numbers);
    for (const auto& [key, row] : keys) {
      if (numbers.contains(key) || row_inside(reference, key)) continue;
      problems.error(code::kReference, of.table->display_name(), path_of_row(shape_, wanted_, node, row),
                     "column \"" + of.column_at(reference.place).name + "\", " + reference.text +
                         ": table \"" + reference.target->display_name() + "\" has no row (" + key + ")");
    }
  }
}

std::optional<std::pair<std::size_t, std::uint32_t>> BundleComparison::row_inside(
    const BundleInnerReference& reference, const std::string& key) const {
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNode& of = *shape_.nodes[node];
    if (of.table != reference.target || of.natural_key.size() != 1 ||
        of.columns[of.natural_key[0]] != reference.by)
      continue;
    const BundleNodeRows& rows = wanted_.nodes[node];
    Arena arena;
    for (std::uint32_t row = 0; row < rows.rows; ++row)
      if (key_text(rows.row(row)[of.natural_key[0]], arena) == key) return std::pair(node, row);
  }
  return std::nullopt;
}

// Whether the reference leads to a row that the document brings itself.
bool BundleComparison::resolve_inside(std::size_t node, const BundleReference& reference, std::uint32_t row) {
  const BundleRow& target = *reference.target;
  const std::size_t index = static_cast<std::size_t>(&reference - shape_.nodes[node]->references.data());
  const BundleRows& targets = wanted_.nodes[node].references[index];
  const Cell* const key = targets.row(wanted_.nodes[node].leads_to[index][row]);
  ColumnsHash hash = cell_hash(target, target.natural_key);
  for (std::size_t other = 0; other < shape_.nodes.size(); ++other) {
    const BundleNode& of = *shape_.nodes[other];
    if (of.table != target.table || !of.via.empty()) continue;
    if (of.columns_at(of.natural_key) != target.columns_at(target.natural_key)) continue;
    ColumnsHash own = cell_hash(of, of.natural_key);
    const Hash wanted = hash.of(key);
    for (std::uint32_t at = 0; at < wanted_.nodes[other].rows; ++at) {
      if (!(own.of(wanted_.nodes[other].row(at)) == wanted)) continue;
      open_.push_back({node, row, index, other, at});
      return true;
    }
  }
  return false;
}

void BundleComparison::match(std::size_t node) {
  const BundleNode& of = *shape_.nodes[node];
  BundleNodeRows& rows = wanted_.nodes[node];
  BundleNodeRows& live = live_.nodes[node];
  live_of_[node].assign(rows.rows, kNoRow);
  matched_[node].assign(live.rows, false);
  if (of.table == nullptr) {
    live_of_[node].assign(1, 0);
    return;
  }
  ColumnsHash hash = cell_hash(of, of.natural_key);
  HashIndex known(live.rows);
  for (std::uint32_t row = 0; row < live.rows; ++row)
    known.add(below(hash.of(live.row(row)), live.parent[row]));
  std::vector<bool> open(rows.rows, false);
  for (const OpenReference& one : open_)
    if (one.node == node) open[one.row] = true;
  for (std::uint32_t row = 0; row < rows.rows; ++row) {
    const std::uint32_t parent = of.parent == BundleNode::npos ? 0 : live_of_[of.parent][rows.parent[row]];
    if (parent == kNoRow || known.empty()) continue;
    const std::uint32_t found = known.find(below(hash.of(rows.row(row)), parent));
    if (found == HashIndex::none) continue;
    live_of_[node][row] = found;
    matched_[node][found] = true;
    // What the document does not say stays as it is.
    Cell* const cells = rows.row(row);
    for (std::size_t place = 0; place < of.columns.size(); ++place)
      if (cells[place].tag == Tag::absent ||
          is_same_document(of, place, cells[place], live.row(found)[place]))
        cells[place] = live.row(found)[place];
  }
}

void BundleComparison::compare(std::size_t node) {
  const BundleNode& of = *shape_.nodes[node];
  if (of.table == nullptr) return;
  BundleNodeRows& rows = wanted_.nodes[node];
  BundleNodeRows& live = live_.nodes[node];
  CellEquality equality(*of.table, of.columns);
  for (std::uint32_t row = 0; row < rows.rows; ++row) {
    BundleChange change;
    change.node = node;
    change.wanted = row;
    change.live = live_of_[node][row];
    if (change.live == kNoRow) {
      changes_.push_back(std::move(change));
      continue;
    }
    change.action = BundleChange::Action::update;
    const Cell* const left = rows.row(row);
    const Cell* const right = live.row(change.live);
    bool differs = false;
    for (std::size_t place = 0; place < of.columns.size(); ++place) {
      if (!of.is_written[place] || equality.same(place, left[place], right[place])) continue;
      change.places.push_back(place);
      differs = differs || of.is_compared[place];
    }
    if (differs)
      changes_.push_back(std::move(change));
    else
      ++unchanged_[node];
  }
  if (!options_.prune || of.via.empty()) return;
  const std::vector<std::uint32_t>& parents = live_of_[of.parent];
  for (std::uint32_t parent = 0; parent < parents.size(); ++parent) {
    if (parents[parent] == kNoRow || !rows.given[parent]) continue;
    for (std::uint32_t i = live.begin[parents[parent]]; i < live.begin[parents[parent] + 1]; ++i) {
      const std::uint32_t row = live.order[i];
      if (matched_[node][row]) continue;
      removals_.push_back({BundleChange::Action::remove, node, kNoRow, row, {}, {}});
    }
  }
  remove_children(node);
}

// What belongs to rows that go, goes.
void BundleComparison::remove_children(std::size_t node) {
  const std::size_t until = removals_.size();
  for (std::size_t i = 0; i < until; ++i) {
    if (removals_[i].node != node) continue;
    std::vector<std::pair<std::size_t, std::uint32_t>> waiting = {{node, removals_[i].live}};
    while (!waiting.empty()) {
      const auto [parent, row] = waiting.back();
      waiting.pop_back();
      for (const std::size_t child : shape_.nodes[parent]->children) {
        const BundleNodeRows& rows = live_.nodes[child];
        for (std::uint32_t at = rows.begin[row]; at < rows.begin[row + 1]; ++at) {
          removals_.push_back({BundleChange::Action::remove, child, kNoRow, rows.order[at], {}, {}});
          waiting.emplace_back(child, rows.order[at]);
        }
      }
    }
  }
}

void BundleComparison::apply_secrets(BundleProblems& problems) {
  if (secrets_.empty()) return;
  std::vector<bool> used(secrets_.all().size(), false);
  std::vector<BundleChange> more;
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    if (!secrets_.has_any(node)) continue;
    const BundleNode& of = *shape_.nodes[node];
    std::unordered_map<std::uint32_t, std::size_t> change_of;
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (changes_[i].node == node) change_of.emplace(changes_[i].wanted, i);
    // What the rows have now; only to compare it.
    std::vector<std::size_t> columns;
    for (const SecretValue& one : secrets_.all())
      if (one.node == node) columns.push_back(one.column);
    std::vector<Cell> keys;
    std::vector<std::uint32_t> row_of;
    for (std::uint32_t row = 0; row < wanted_.nodes[node].rows; ++row) {
      if (live_of_[node][row] == kNoRow) continue;
      row_of.push_back(row);
      for (const std::size_t place : of.primary_key)
        keys.push_back(live_.nodes[node].row(live_of_[node][row])[place]);
    }
    std::vector<std::vector<std::size_t>> wanted(wanted_.nodes[node].rows);
    for (std::uint32_t row = 0; row < wanted.size(); ++row) {
      wanted[row] = secrets_.of(node, shown_row(shape_, wanted_, node, row));
      for (const std::size_t one : wanted[row]) used[one] = true;
    }
    if (!keys.empty())
      find_many(host_, *of.table, of.columns_at(of.primary_key), columns, keys,
                [&](std::size_t key, const Cell* cells) {
                  std::erase_if(wanted[row_of[key]], [&](std::size_t one) {
                    const SecretValue& value = secrets_.all()[one];
                    const std::size_t at = static_cast<std::size_t>(
                        std::find(columns.begin(), columns.end(), value.column) - columns.begin());
                    const Cell& cell = cells[at];
                    if (value.path.empty()) return cell.tag == Tag::text && cell.view() == value.value;
                    if (cell.tag != Tag::json && cell.tag != Tag::text) return false;
                    JsonHasher hasher;
                    const std::string with = with_secret(cell.view(), value.path, value.value);
                    return hasher.hash(with) == hasher.hash(cell.view());
                  });
                });
    for (std::uint32_t row = 0; row < wanted.size(); ++row) {
      if (wanted[row].empty()) continue;
      const auto known = change_of.find(row);
      if (known != change_of.end()) {
        changes_[known->second].secrets = std::move(wanted[row]);
      } else {
        --unchanged_[node];
        more.push_back(
            {BundleChange::Action::update, node, row, live_of_[node][row], {}, std::move(wanted[row])});
      }
    }
  }
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      problems.error(
          code::kInvalidOption, "", "$",
          "option \"secrets\": no row of the document is meant by \"" + secrets_.all()[i].name + "\"");
  changes_.insert(changes_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void BundleComparison::check_new_rows(BundleProblems& problems) {
  for (const BundleChange& change : changes_) {
    if (change.action != BundleChange::Action::insert) continue;
    const BundleNode& of = *shape_.nodes[change.node];
    for (const BundleSecret& secret : of.secrets) {
      const Column& column = of.table->columns[secret.column];
      const bool whole = secret.paths.empty();
      const bool given = std::any_of(change.secrets.begin(), change.secrets.end(), [&](std::size_t one) {
        return secrets_.all()[one].column == secret.column;
      });
      if (given || (whole && column.has_default)) continue;
      if (!whole) {  // a document that is not there, or no part of the bundle, lacks nothing
        const std::size_t place = of.place_of(secret.column);
        if (place == BundleNode::npos || wanted_.nodes[change.node].row(change.wanted)[place].is_null())
          continue;
      }
      const std::string path = path_of_row(shape_, wanted_, change.node, change.wanted);
      const std::string name = of.table->display_name() + "." + column.name + (whole ? "" : secret.paths[0]);
      if (whole && column.not_null)
        problems.error(code::kSecret, of.table->display_name(), path,
                       "the new row needs the secret \"" + name + "\": give it by the option \"secrets\"");
      else
        problems.warn(code::kSecret, of.table->display_name(), path,
                      "the new row has no secret \"" + name + "\"; the option \"secrets\" can give it");
    }
  }
}

// Whole columns only: what is inside documents may be absent for good reasons.
void BundleComparison::remark_secrets(BundleProblems& problems) {
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNode& of = *shape_.nodes[node];
    std::vector<std::size_t> columns;
    for (const BundleSecret& secret : of.secrets)
      if (secret.paths.empty()) columns.push_back(secret.column);
    std::vector<Cell> keys;
    std::vector<std::uint32_t> row_of;
    for (std::uint32_t row = 0; row < wanted_.nodes[node].rows && !columns.empty(); ++row) {
      if (live_of_[node][row] == kNoRow) continue;
      row_of.push_back(row);
      for (const std::size_t place : of.primary_key)
        keys.push_back(live_.nodes[node].row(live_of_[node][row])[place]);
    }
    if (keys.empty()) continue;
    if (!may_read(host_, *of.table, columns)) {
      problems.warn(code::kSecret, of.table->display_name(), "$" + of.path,
                    "whether rows of \"" + of.table->display_name() +
                        "\" have their secrets is not known: the caller may not read them");
      continue;
    }
    find_many(host_, *of.table, of.columns_at(of.primary_key), columns, keys,
              [&](std::size_t key, const Cell* cells) {
                for (std::size_t i = 0; i < columns.size(); ++i) {
                  if (!cells[i].is_null()) continue;
                  problems.warn(code::kSecret, of.table->display_name(),
                                path_of_row(shape_, wanted_, node, row_of[key]),
                                "the row that is there has no secret \"" + of.table->display_name() + "." +
                                    of.table->columns[columns[i]].name + "\"");
                }
              });
  }
}

// A connection of the same name may be another kind of database here.
void BundleComparison::remark_references(std::size_t node, BundleProblems& problems) {
  const BundleNode& of = *shape_.nodes[node];
  if (of.table == nullptr) return;
  BundleNodeRows& rows = wanted_.nodes[node];
  for (std::size_t i = 0; i < of.references.size(); ++i) {
    const BundleRow& target = *of.references[i].target;
    std::vector<Cell> keys;
    std::vector<std::uint32_t> row_of;
    for (std::uint32_t row = 0; row < rows.rows; ++row) {
      if (rows.leads_to[i][row] >= kNotSaid) continue;
      row_of.push_back(row);
      for (const std::size_t place : target.natural_key)
        keys.push_back(rows.references[i].row(rows.leads_to[i][row])[place]);
    }
    if (keys.empty()) continue;
    CellEquality equality(*target.table, target.columns);
    find_many(host_, *target.table, target.columns_at(target.natural_key), target.columns, keys,
              [&](std::size_t key, const Cell* cells) {
                const Cell* const said = rows.references[i].row(rows.leads_to[i][row_of[key]]);
                for (const BundleField& field : target.fields) {
                  if (field.kind != BundleField::Kind::column || said[field.place].tag == Tag::absent ||
                      equality.same(field.place, said[field.place], cells[field.place]))
                    continue;
                  const Kind kind = target.column_at(field.place).kind;
                  problems.warn(code::kReference, target.table->display_name(),
                                path_of_row(shape_, wanted_, node, row_of[key]) + of.references[i].path +
                                    "." + field.name,
                                "is " + shown_cell(said[field.place], kind) + " in the document, and " +
                                    shown_cell(cells[field.place], kind) + " here: it stays");
                }
              });
  }
}

std::string BundleComparison::plan_hash() {
  Hash sum = hash_bytes(shape_.spec, 1);
  sum += hash_bytes(document_, 2);
  sum += hash_bytes(options_.prune ? "prune" : "", 3);
  for (const SecretValue& one : secrets_.all()) sum += hash_bytes(one.name, 4);
  for (std::size_t node = 0; node < shape_.nodes.size(); ++node) {
    const BundleNodeRows& rows = live_.nodes[node];
    if (rows.shape->table == nullptr) continue;
    std::vector<TableDigest::Column> columns;
    for (std::size_t place = 0; place < rows.width(); ++place)
      columns.push_back({rows.shape->column_at(place).name, rows.shape->column_at(place).kind, place});
    TableDigest digest(std::move(columns));
    for (std::size_t row = 0; row < rows.rows; ++row) digest.add(rows.row(row));
    sum += mixed(digest.digest(), 5 + node);
    // References by what they lead to here.
    for (const BundleReference& reference : shape_.nodes[node]->references) {
      ColumnsHash leads_to = cell_hash(*shape_.nodes[node], reference.through);
      for (std::uint32_t row = 0; row < wanted_.nodes[node].rows; ++row)
        sum += mixed(leads_to.of(wanted_.nodes[node].row(row)), std::uint64_t{node + 1} << 32 | row);
    }
  }
  for (const auto& [which, numbers] : wanted_.numbers)
    for (const auto& [key, number] : numbers)
      sum += hash_bytes(key + "\n" + number, std::uint64_t{which.first + 1} << 48 | which.second);
  return to_hex(sum);
}

}  // namespace whimbrel
