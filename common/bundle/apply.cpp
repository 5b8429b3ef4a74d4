#include <algorithm>
#include <memory>

#include "common/bundle/change_set.h"
#include "common/bundle/error_secrets.h"
#include "common/bundle/load.h"
#include "common/bundle/secret_values.h"
#include "common/bundle/stored_as_given.h"
#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/cell_equality.h"
#include "common/transfer/key_set.h"
#include "common/transfer/order.h"

namespace whimbrel {

namespace {

constexpr std::size_t kKeysPerDelete = 200;
constexpr std::size_t kManyRows = 1024;

// Rows of cells in memory.
class CellRows : public RowReader {
 public:
  CellRows(const std::vector<Cell>& cells, std::size_t width) : cells_(cells), width_(width) {}

  std::size_t columns() const override { return width_; }
  bool next(RowBatch& batch) override {
    batch.reset(width_);
    for (; at_ < cells_.size() && !batch.full(); at_ += width_)
      std::copy_n(cells_.data() + at_, width_, batch.append());
    return !batch.empty();
  }

 private:
  const std::vector<Cell>& cells_;
  std::size_t width_;
  std::size_t at_ = 0;
};

class Applier {
 public:
  Applier(Host& host, const Schema& schema, std::vector<ChangeSet>& sets)
      : host_(host), schema_(schema), sets_(sets) {}

  std::map<const Table*, ChangeCounts> run() {
    std::vector<const Table*> tables;
    for (const ChangeSet& set : sets_)
      if (set.action != ChangeAction::remove &&
          std::find(tables.begin(), tables.end(), set.table) == tables.end())
        tables.push_back(set.table);
    host_.note_waiting_checks(tables);
    for (const ChangeSet& set : sets_)
      if (set.action == ChangeAction::remove) hiding(set, [&] { remove(set); });
    const TableOrder order = order_tables(tables);
    std::vector<const Table*> deferred = order.cyclic;
    for (const Table* table : order.tables)
      if (has_deferrable_self_reference(*table) &&
          std::find(deferred.begin(), deferred.end(), table) == deferred.end())
        deferred.push_back(table);
    if (!deferred.empty()) host_.defer_foreign_keys(deferred);
    host_.begin_load(order.tables);
    for (const Table* table : order.tables) write(*table);
    hiding_all([&] {
      host_.finish_load();
      if (!deferred.empty()) host_.restore_foreign_keys();
    });
    for (ChangeSet& set : sets_) verify(set);
    try_deferred();
    return std::move(counts_);
  }

 private:
  // --- what an error says

  template <typename Body>
  static void hiding(const ChangeSet& set, const Body& body) {
    try {
      body();
    } catch (Error& error) {
      hide_secrets(error, set);
      throw;
    }
  }

  // Where it is not known of which rows it speaks.
  template <typename Body>
  void hiding_all(const Body& body) {
    try {
      body();
    } catch (Error& error) {
      for (const ChangeSet& set : sets_) hide_secrets(error, set);
      throw;
    }
  }

  // What is said at the end of the transaction nobody can keep back.
  void try_deferred() {
    for (const ChangeSet& set : sets_) {
      std::vector<std::size_t> secret;
      for (const DocumentSecrets& inside : set.inside) secret.push_back(inside.column);
      if (!secret.empty() && set.rows > 0) hiding_all([&] { host_.try_deferred_checks(*set.table, secret); });
    }
  }

  // --- rows that go

  void remove(const ChangeSet& set) {
    refuse_side_effects(set);
    const std::string sql = "DELETE FROM " + quote_name(set.table->schema, set.table->name) + " WHERE ";
    std::uint64_t gone = 0;
    for (std::size_t from = 0; from < set.rows; from += kKeysPerDelete) {
      host_.check_interrupt();
      const std::size_t rows = std::min(kKeysPerDelete, set.rows - from);
      const std::span<const Cell> keys(set.key_of(from), rows * set.key.size());
      gone += static_cast<std::uint64_t>(
          host_.execute(sql + key_condition(host_, *set.table, set.key, rows), keys));
    }
    counts_[set.table].deleted += gone;
    if (gone != set.rows)
      throw Error(code::kNotReachable, "table \"" + set.table->display_name() +
                                           "\": " + std::to_string(gone) + " of " + std::to_string(set.rows) +
                                           " rows were deleted");
  }

  // Whether the columns hold the key of a row that goes: only what is deleted itself may.
  void refuse_side_effects(const ChangeSet& set) {
    for (const Table& child : schema_.tables) {
      for (const ForeignKey& key : child.foreign_keys) {
        if (key.parent_table != set.table->name || key.parent_schema != set.table->schema) continue;
        std::vector<std::size_t> names;
        for (const std::string& name : key.parent_columns) names.push_back(place_of(set, name));
        if (std::find(names.begin(), names.end(), Table::npos) != names.end()) continue;
        std::vector<Cell> values;
        for (std::size_t row = 0; row < set.rows; ++row)
          for (const std::size_t name : names) values.push_back(set.before_of(row)[name]);
        find_many(host_, child, key.columns, key.columns, values, [&](std::size_t, const Cell*) {
          if (&child == set.table) return;  // its rows may be among those that go
          throw Error(code::kReference,
                      "rows of table \"" + child.display_name() + "\" belong to rows of \"" +
                          set.table->display_name() + "\" that would be deleted",
                      "They are not part of what is undone or pruned.", "Remove those rows first.");
        });
      }
    }
  }

  static std::size_t place_of(const ChangeSet& set, const std::string& name) {
    const std::size_t column = set.table->find_column(name);
    const auto at = std::find(set.columns.begin(), set.columns.end(), column);
    return at == set.columns.end() ? Table::npos : static_cast<std::size_t>(at - set.columns.begin());
  }

  // --- rows that come or change

  void write(const Table& table) {
    for (const ChangeAction action : {ChangeAction::insert, ChangeAction::update})
      for (const ChangeSet& set : sets_)
        if (set.table == &table && set.action == action && set.rows > 0) write(set);
  }

  void write(const ChangeSet& set) {
    hiding(set, [&] { set.action == ChangeAction::insert ? insert(set) : update(set); });
  }

  // The rows as they go to the table: each with its secrets, or where there are none, those of the set.
  struct Written {
    std::vector<std::size_t> columns;
    std::vector<Cell> own;
    const std::vector<Cell>* cells = &own;
    Arena arena;

    std::size_t place_of(std::size_t column) const {
      return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
    }
    Cell& at(std::size_t row, std::size_t place) { return own[row * columns.size() + place]; }
  };

  void fill(const ChangeSet& set, Written& rows) {
    rows.columns = set.columns;
    if (set.given.empty() && (set.action != ChangeAction::update || set.inside.empty())) {
      rows.cells = &set.after;
      return;
    }
    for (const GivenSecret& given : set.given)
      if (rows.place_of(given.column) == rows.columns.size()) rows.columns.push_back(given.column);
    const std::size_t width = rows.columns.size();
    rows.own.assign(set.rows * width, Cell::of(Tag::absent, std::int64_t{0}));
    for (std::size_t row = 0; row < set.rows; ++row)
      std::copy_n(set.after_of(row), set.columns.size(), rows.own.data() + row * width);
    if (set.action == ChangeAction::update) keep_secrets(set, rows);
    for (const GivenSecret& given : set.given) {
      Cell& cell = rows.at(given.row, rows.place_of(given.column));
      if (given.path.empty()) {
        cell = Cell::text(given.value);
        continue;
      }
      const bool document = cell.tag == Tag::json || cell.tag == Tag::text;
      const std::string text =
          with_secret(document ? cell.view() : std::string_view("{}"), given.path, given.value);
      cell = Cell::of(document ? cell.tag : Tag::json, rows.arena.copy(text));
    }
  }

  // Documents get what those of their rows have and they leave out; where only a secret is given, the whole
  // of what is there.
  void keep_secrets(const ChangeSet& set, Written& rows) {
    std::vector<std::size_t> columns;
    std::vector<std::unique_ptr<SecretParts>> parts;
    for (const DocumentSecrets& inside : set.inside) {
      if (inside.paths.empty() || rows.place_of(inside.column) == rows.columns.size()) continue;
      columns.push_back(inside.column);
      parts.push_back(std::make_unique<SecretParts>(inside.paths, SecretForm::omit));
    }
    if (columns.empty()) return;
    const auto is_given = [&](std::size_t row, std::size_t column) {
      return std::any_of(set.given.begin(), set.given.end(), [&](const GivenSecret& one) {
        return one.row == row && one.column == column && !one.path.empty();
      });
    };
    find_many(host_, *set.table, set.key, columns, set.keys, [&](std::size_t row, const Cell* existing) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        Cell& cell = rows.at(row, rows.place_of(columns[i]));
        if (cell.tag == Tag::absent && is_given(row, columns[i])) {
          cell = copy_cell(existing[i], rows.arena);
        } else if (cell.tag == Tag::json || (cell.tag == Tag::text && json::is_valid(cell.view()))) {
          const bool kept = existing[i].tag == Tag::json || existing[i].tag == Tag::text;
          cell = Cell::of(cell.tag, rows.arena.copy(parts[i]->with(
                                        cell.view(), kept ? existing[i].view() : std::string_view())));
        }
      }
    });
  }

  void insert(const ChangeSet& set) {
    Written rows;
    fill(set, rows);
    InsertRequest request;
    request.table = set.table;
    request.columns = rows.columns;
    request.may_be_absent = std::any_of(rows.cells->begin(), rows.cells->end(),
                                        [](const Cell& cell) { return cell.tag == Tag::absent; });
    request.may_load = true;
    CellRows source(*rows.cells, rows.columns.size());
    const std::uint64_t count = host_.insert(request, source);
    counts_[set.table].inserted += count;
    require(set, count, "inserted");
    for (std::size_t i = 0; i < set.table->columns.size() && !set.drawn; ++i)
      if (set.table->columns[i].counts()) host_.raise_identity(*set.table, i, Numbers::brought);
  }

  void update(const ChangeSet& set) {
    Written rows;
    fill(set, rows);
    // What undoes a run that only took secrets.
    if (rows.columns.empty()) return;
    // Action, key, values.
    WriteRequest request{set.table, set.key, set.key};
    request.columns.insert(request.columns.end(), rows.columns.begin(), rows.columns.end());
    std::vector<Cell> cells;
    const std::size_t width = rows.columns.size();
    for (std::size_t row = 0; row < set.rows; ++row) {
      cells.push_back(Cell::integer_of(static_cast<std::int64_t>(RowAction::update)));
      cells.insert(cells.end(), set.key_of(row), set.key_of(row) + set.key.size());
      cells.insert(cells.end(), rows.cells->begin() + static_cast<std::ptrdiff_t>(row * width),
                   rows.cells->begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    }
    CellRows source(cells, 1 + request.columns.size());
    const WriteCounts counts = host_.write(request, source);
    counts_[set.table].updated += counts.updated;
    require(set, counts.updated, "updated");
  }

  static void require(const ChangeSet& set, std::uint64_t count, const char* what) {
    if (count == set.rows) return;
    throw Error(code::kNotReachable,
                "table \"" + set.table->display_name() + "\": " + std::to_string(count) + " of " +
                    std::to_string(set.rows) + " rows were " + what,
                "A trigger or a rule of the table kept rows back.");
  }

  // --- what is there afterwards

  void verify(ChangeSet& set) {
    if (set.rows == 0) return;
    // Of few new rows a run keeps the values, to say which of them has changed.
    const bool hashed = set.action == ChangeAction::insert && set.rows >= kManyRows;
    ColumnsHash hash(*set.table, set.columns);
    if (hashed && set.given.empty() && is_stored_as_given(host_.dialect(), set, sets_)) {
      for (std::size_t row = 0; row < set.rows; ++row) set.left.push_back(hash.of(set.after_of(row)).low);
      return;
    }
    std::vector<bool> seen(set.rows, false);
    CellEquality equality(*set.table, set.columns);
    WithoutSecrets without(set);
    Arena arena;
    const bool gone = set.action == ChangeAction::remove;
    if (hashed) set.left.resize(set.rows);
    const auto look = [&](std::size_t row, const Cell* cells) {
      seen[row] = true;
      if (gone) return;
      const Cell* const wanted = set.after_of(row);
      arena.clear();
      cells = without.of(cells, arena);
      if (hashed) set.left[row] = hash.of(cells).low;
      for (std::size_t i = 0; i < set.columns.size(); ++i) {
        if (!set.checked[i] || wanted[i].tag == Tag::absent || equality.same(i, wanted[i], cells[i]))
          continue;
        const std::string& name = set.table->columns[set.columns[i]].name;
        throw Error(code::kNotReachable,
                    "table \"" + set.table->display_name() + "\", column \"" + name +
                        "\": what was stored is not what was written",
                    "A trigger or a rule changed it, or the column rounds its values.");
      }
    };
    find_many(host_, *set.table, set.key, set.columns, set.keys, look,
              is_most_of(host_, *set.table, set.rows));
    if (std::all_of(seen.begin(), seen.end(), [&](bool one) { return one != gone; })) return;
    throw Error(code::kNotReachable,
                "table \"" + set.table->display_name() + "\": rows are " +
                    (gone ? "there after they were deleted" : "not there after they were written"),
                "A trigger or a rule of the table changed them.");
  }

  Host& host_;
  const Schema& schema_;
  std::vector<ChangeSet>& sets_;
  std::map<const Table*, ChangeCounts> counts_;
};

}  // namespace

std::map<const Table*, ChangeCounts> apply_changes(Host& host, const Schema& schema,
                                                   std::vector<ChangeSet>& sets) {
  return Applier(host, schema, sets).run();
}

}  // namespace whimbrel
