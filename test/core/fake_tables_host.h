// A fake host with user tables: rows in memory, foreign keys and primary keys checked, savepoints that really
// undo. As a typed engine it keeps cells as they come; as one with dynamic types it keeps times as text, like
// SQLite.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/cell_copy.h"
#include "common/function.h"
#include "common/schema/kind.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "test/core/fake_host.h"

namespace whimbrel::fake {

struct StoredCell {
  Cell cell;
  std::string bytes;

  StoredCell() = default;
  StoredCell(const Cell& from) : cell(from) {
    if (points_to_value(from.tag)) bytes = from.view();
  }
  Cell view() const { return points_to_value(cell.tag) ? Cell::of(cell.tag, bytes) : cell; }
  std::string key() const {
    return std::to_string(static_cast<int>(cell.tag)) + ":" +
           (points_to_value(cell.tag) ? bytes : std::to_string(cell.integer));
  }
};

using StoredRow = std::vector<StoredCell>;

inline Column column(std::string name, std::string type) {
  Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  made.kind = kind_of_type(made.type);
  return made;
}

class FakeTablesHost : public FakeHost {
 public:
  explicit FakeTablesHost(bool dynamic = false) {
    if (!dynamic) return;
    mutable_dialect().engine = "sqlite";
    mutable_dialect().server_version = "3.40.1";
    mutable_dialect().database = "/data/app.db";
    mutable_dialect().default_schema = "main";
    mutable_dialect().dynamic_types = true;
    mutable_dialect().text_may_hold_nul = true;
  }

  // --- What tests set up and look at

  struct Data {
    std::map<std::string, std::vector<StoredRow>> rows;  // by display name
    std::map<std::string, std::int64_t> sequences;       // "table.column" -> last number given
  };

  // The first column is the primary key unless the table says otherwise.
  Table& add_table(std::string name, std::vector<Column> columns) {
    Table table;
    table.schema = dialect().default_schema;
    table.name = std::move(name);
    table.columns = std::move(columns);
    table.primary_key = {0};
    schema_.tables.push_back(std::move(table));
    return schema_.tables.back();
  }
  Table& table(const std::string& name) {
    for (Table& table : schema_.tables)
      if (table.display_name() == name) return table;
    throw Error("42P01", "no table " + name);
  }
  void add_foreign_key(const std::string& child, std::size_t from, const std::string& parent,
                       ForeignKeyAction on_delete = ForeignKeyAction::no_action) {
    ForeignKey key;
    key.columns = {from};
    key.parent_schema = table(parent).schema;
    key.parent_table = table(parent).name;
    key.parent_columns = {table(parent).columns[0].name};
    key.on_delete = on_delete;
    key.deferrable = dialect().dynamic_types;
    table(child).foreign_keys.push_back(key);
  }
  void add_row(const std::string& name, std::vector<Cell> cells) {
    data_.rows[name].emplace_back(cells.begin(), cells.end());
  }
  std::vector<StoredRow>& rows(const std::string& name) { return data_.rows[name]; }
  Data& data() { return data_; }

  bool unordered = false;        // rows lie in reverse order of the key
  std::vector<std::string> did;  // insert, clear, defer, restore, raise: in order
  std::size_t scans = 0;
  bool loads = false;  // insert() leaves references to finish_load() where it may
  std::size_t lookups = 0;

  // --- Host

  Schema read_schema() override {
    Schema schema = schema_;
    std::sort(schema.tables.begin(), schema.tables.end(), [](const Table& a, const Table& b) {
      return std::pair(a.schema, a.name) < std::pair(b.schema, b.name);
    });
    return schema;
  }

  std::unique_ptr<RowReader> query(std::string_view sql, std::span<const Cell> parameters = {}) override {
    // SELECT 1 FROM "s"."child" WHERE "column" IS NOT NULL LIMIT 1, and without a condition
    for (const Table& table : schema_.tables) {
      if (sql == "SELECT 1 FROM " + quote_name(table.schema, table.name) + " LIMIT 1") {
        std::vector<std::vector<Value>> any;
        if (!data_.rows[table.display_name()].empty()) any = {{Value(Cell::integer_of(1))}};
        return std::make_unique<Rows<Value>>(1, std::move(any));
      }
      const std::string begin = "SELECT 1 FROM " + quote_name(table.schema, table.name) + " WHERE ";
      if (!sql.starts_with(begin)) continue;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (sql != begin + quote_identifier(table.columns[i].name) + " IS NOT NULL LIMIT 1") continue;
        std::vector<std::vector<Value>> found;
        for (const StoredRow& row : data_.rows[table.display_name()])
          if (!row[i].cell.is_null() && found.empty()) found = {{Value(Cell::integer_of(1))}};
        return std::make_unique<Rows<Value>>(1, std::move(found));
      }
    }
    // Of large objects it has none.
    if (sql.find("pg_largeobject_metadata") != std::string_view::npos)
      return std::make_unique<Rows<Value>>(1, std::vector<std::vector<Value>>{{Value(Cell::integer_of(0))}});
    return FakeHost::query(sql, parameters);
  }

  std::unique_ptr<TableReader> scan(const ScanRequest& request) override {
    ++scans;
    return std::make_unique<Scan>(*this, request);
  }

  std::uint64_t insert(const InsertRequest& request, RowReader& source) override {
    const Table& table = *request.table;
    did.push_back("insert " + table.display_name());
    auto& rows = data_.rows[table.display_name()];
    RowBatch batch;
    std::uint64_t count = 0;
    std::set<std::string> keys;
    for (const StoredRow& row : rows) keys.insert(key_of(table, row));
    while (source.next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i, ++count) {
        StoredRow row(table.columns.size());
        std::vector<bool> given(table.columns.size(), false);
        for (std::size_t c = 0; c < request.columns.size(); ++c) {
          const Cell& cell = batch.row(i)[c];
          if (cell.tag == Tag::absent) {
            if (!request.may_be_absent) throw Error(code::kInternal, "an absent cell that was not announced");
            continue;
          }
          row[request.columns[c]] = stored(cell);
          given[request.columns[c]] = true;
        }
        for (std::size_t c = 0; c < table.columns.size(); ++c) {
          if (given[c]) continue;
          if (table.columns[c].identity) row[c] = Cell::integer_of(++data_.sequences[sequence(table, c)]);
          if (table.columns[c].generated) row[c] = Cell::text("computed");
        }
        if (!table.primary_key.empty() && !keys.insert(key_of(table, row)).second) {
          if (request.skip_conflicts) {
            --count;
            continue;
          }
          Error error("23505", "duplicate key value violates unique constraint");
          error.row = count;
          throw error;
        }
        rows.push_back(std::move(row));
      }
    }
    if (loads && request.may_load) {
      loaded_ = true;
    } else if (!deferred_.contains(table.display_name())) {
      check_references(table);
    }
    return count;
  }

  // Loads when `loads` is set: then insert() leaves the references to finish_load().
  void begin_load(std::span<const Table* const>) override { loaded_ = false; }
  void finish_load() override {
    if (!loaded_) return;
    did.push_back("finish load");
    for (const Table& table : schema_.tables) check_references(table);
  }
  bool has_loaded() const override { return loaded_; }
  void suspend_triggers(std::span<const Table* const> tables) override {
    std::string text = "suspend";
    for (const Table* table : tables) text += " " + table->display_name();
    did.push_back(text);
  }
  void restore_triggers() override { did.push_back("restore triggers"); }
  std::unique_ptr<RowReader> find_rows(const LookupRequest& request, const RowBatch& keys) override {
    ++lookups;
    std::vector<std::vector<StoredCell>> found;
    for (std::size_t k = 0; k < keys.rows(); ++k) {
      for (const StoredRow& row : data_.rows[request.table->display_name()]) {
        if (!has_key(row, request.key_columns, keys.row(k))) continue;
        auto& one = found.emplace_back();
        one.emplace_back(Cell::integer_of(static_cast<std::int64_t>(k)));
        for (const std::size_t column : request.columns) one.push_back(row[column]);
      }
    }
    return std::make_unique<Rows<StoredCell>>(request.columns.size() + 1, std::move(found));
  }

  WriteCounts write(const WriteRequest& request, RowReader& source) override {
    const Table& table = *request.table;
    did.push_back("write " + table.display_name());
    auto& rows = data_.rows[table.display_name()];
    WriteCounts counts;
    RowBatch batch;
    while (source.next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        const RowAction action = static_cast<RowAction>(batch.row(i)[0].integer);
        const Cell* cells = batch.row(i) + 1;
        StoredRow* row = nullptr;
        if (action == RowAction::insert) {
          row = &rows.emplace_back(table.columns.size());
          ++counts.inserted;
        } else {
          std::vector<Cell> key;
          for (const std::size_t column : request.key_columns)
            key.push_back(cells[std::find(request.columns.begin(), request.columns.end(), column) -
                                request.columns.begin()]);
          for (StoredRow& one : rows)
            if (has_key(one, request.key_columns, key.data())) row = &one;
          if (row == nullptr) continue;
          ++counts.updated;
        }
        for (std::size_t c = 0; c < request.columns.size(); ++c) {
          if (cells[c].tag != Tag::absent)
            (*row)[request.columns[c]] = stored(cells[c]);
          else if (action != RowAction::update)
            (*row)[request.columns[c]] = Cell::text("default");
        }
      }
    }
    return counts;
  }

  void lock_rows(const Table& table) override { did.push_back("lock " + table.display_name()); }

  void defer_foreign_keys(std::span<const Table* const> tables) override {
    std::string text = "defer";
    for (const Table* table : tables) {
      deferred_.insert(table->display_name());
      text += " " + table->display_name();
    }
    did.push_back(text);
  }
  void restore_foreign_keys() override {
    did.push_back("restore");
    deferred_.clear();
    for (const Table& table : schema_.tables) check_references(table);
  }
  std::uint64_t clear_table(const Table& table) override {
    did.push_back("clear " + table.display_name());
    auto& rows = data_.rows[table.display_name()];
    const std::uint64_t count = rows.size();
    rows.clear();
    for (const Table& other : schema_.tables)
      if (!deferred_.contains(other.display_name())) check_references(other);
    return count;
  }
  void raise_identity(const Table& table, std::size_t column, Numbers) override {
    did.push_back("raise " + table.display_name() + "." + table.columns[column].name);
    std::int64_t& last = data_.sequences[sequence(table, column)];
    for (const StoredRow& row : data_.rows[table.display_name()])
      if (row[column].cell.tag == Tag::integer) last = std::max(last, row[column].cell.integer);
  }

  IdBlock reserve_ids(const Table& table, std::size_t column, std::uint64_t count, bool) override {
    did.push_back("reserve " + table.display_name() + "." + table.columns[column].name + " " +
                  std::to_string(count));
    std::int64_t& last = data_.sequences[sequence(table, column)];
    for (const StoredRow& row : data_.rows[table.display_name()])
      if (row[column].cell.tag == Tag::integer) last = std::max(last, row[column].cell.integer);
    const IdBlock block{last + 1, 1};
    last += static_cast<std::int64_t>(count);
    return block;
  }

  void begin_savepoint() override {
    saved_.push_back(data_);
    FakeHost::begin_savepoint();
  }
  void release_savepoint() override {
    saved_.pop_back();
    FakeHost::release_savepoint();
  }
  void rollback_savepoint() override {
    data_ = saved_.back();
    saved_.pop_back();
    deferred_.clear();
    FakeHost::rollback_savepoint();
  }

 private:
  class Scan : public TableReader {
   public:
    Scan(FakeTablesHost& host, const ScanRequest& request) : request_(request) {
      for (const StoredRow& row : host.rows(request.table->display_name()))
        if (fits(row)) rows_.push_back(&row);
      const auto key = [this](const StoredRow* row) {
        return request_.table->primary_key.empty() ? 0 : (*row)[request_.table->primary_key[0]].cell.integer;
      };
      std::stable_sort(rows_.begin(), rows_.end(), [&](auto a, auto b) { return key(a) < key(b); });
      if (host.unordered && (!request.ordered || request.try_physical_order)) {
        std::reverse(rows_.begin(), rows_.end());
        stop_at_ = request.try_physical_order && rows_.size() > 1 ? rows_.size() / 2 : rows_.size();
        out_of_order_ = stop_at_ != rows_.size();
      } else {
        stop_at_ = rows_.size();
      }
    }
    std::size_t columns() const override { return request_.columns.size(); }
    bool next(RowBatch& batch) override {
      batch.reset(columns());
      for (; at_ < stop_at_ && !batch.full(); ++at_) {
        Cell* cells = batch.append();
        for (std::size_t i = 0; i < columns(); ++i) cells[i] = (*rows_[at_])[request_.columns[i]].view();
      }
      return !batch.empty();
    }
    bool out_of_order() const override { return out_of_order_; }

   private:
    // The conditions that this host knows: id < number, "column" IN ($1, …) and "column" = $1.
    bool fits(const StoredRow& row) const {
      if (request_.where.empty()) return true;
      const std::string below = request_.table->columns[0].name + " < ";
      if (request_.where.starts_with(below))
        return row[0].cell.integer < std::stoll(std::string(request_.where.substr(below.size())));
      for (std::size_t i = 0; i < request_.table->columns.size(); ++i) {
        const std::string name = quote_identifier(request_.table->columns[i].name);
        if (!request_.where.starts_with(name + " IN ($1") && request_.where != name + " = $1") continue;
        return std::any_of(request_.parameters.begin(), request_.parameters.end(), [&](const Cell& cell) {
          return !cell.is_null() && StoredCell(cell).key() == row[i].key();
        });
      }
      throw Error("42601", "syntax error");
    }

    ScanRequest request_;
    std::vector<const StoredRow*> rows_;
    std::size_t at_ = 0;
    std::size_t stop_at_ = 0;
    bool out_of_order_ = false;
  };

  static bool has_key(const StoredRow& row, const std::vector<std::size_t>& columns, const Cell* key) {
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (key[i].is_null() || row[columns[i]].key() != StoredCell(key[i]).key()) return false;
    return true;
  }

  static std::string sequence(const Table& table, std::size_t column) {
    return table.display_name() + "." + table.columns[column].name;
  }

  static std::string key_of(const Table& table, const StoredRow& row) {
    std::string key;
    for (std::size_t column : table.primary_key) key += row[column].key() + "|";
    return key;
  }

  StoredCell stored(const Cell& cell) const {
    if (!dialect().dynamic_types) return cell;
    char text[kMaxDateTimeText];
    char* end = text;
    if (cell.tag == Tag::date) end = format_date(text, cell.integer);
    if (cell.tag == Tag::time) end = format_time(text, cell.integer);
    if (cell.tag == Tag::timestamp || cell.tag == Tag::timestamptz) {
      end = format_timestamp(text, cell.integer, cell.tag == Tag::timestamptz);
      std::replace(text, end, 'T', ' ');
    }
    if (end == text) return cell;
    return Cell::text({text, static_cast<std::size_t>(end - text)});
  }

  void check_references(const Table& table) {
    for (const ForeignKey& key : table.foreign_keys) {
      std::set<std::string> parents;
      for (const StoredRow& row : data_.rows[key.parent_table]) parents.insert(row[0].key());
      for (const StoredRow& row : data_.rows[table.display_name()]) {
        const StoredCell& value = row[key.columns[0]];
        if (!value.cell.is_null() && !parents.contains(value.key())) {
          throw Error("23503", "table \"" + table.name + "\" violates a foreign key");
        }
      }
    }
  }

  Schema schema_;
  Data data_;
  std::vector<Data> saved_;
  std::set<std::string> deferred_;
  bool loaded_ = false;
};

// Runs one function of the table as a host would; the rows as text, "null" for NULL.
class Results : public RowEmitter {
 public:
  void emit(std::span<const Cell> row) override {
    auto& cells = rows.emplace_back();
    for (const Cell& cell : row) {
      if (cell.is_null()) {
        cells.emplace_back("null");
      } else if (points_to_value(cell.tag)) {
        cells.emplace_back(cell.view());
      } else if (cell.tag == Tag::boolean) {
        cells.emplace_back(cell.integer != 0 ? "true" : "false");
      } else if (cell.tag == Tag::real) {
        cells.emplace_back("real");
      } else {
        cells.push_back(std::to_string(cell.integer));
      }
    }
  }
  std::vector<std::vector<std::string>> rows;
};

inline std::vector<std::vector<std::string>> call(Host& host, std::string_view name,
                                                  const std::vector<std::string>& arguments) {
  for (const Function& function : functions()) {
    if (function.name != name) continue;
    std::vector<Cell> cells(function.parameters.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const Tag tag = function.parameters[i].type == SqlType::json ? Tag::json : Tag::text;
      cells[i] = Cell::of(tag, std::string_view(arguments[i]));
    }
    Results results;
    Call made{host, cells, results};
    function.run(made);
    return results.rows;
  }
  throw Error(code::kInternal, "no function " + std::string(name));
}

// What data_digest() says of each table, a line each.
inline std::string digests(Host& host, const std::string& options = "{}") {
  std::string text;
  for (const auto& row : call(host, "data_digest", {options}))
    text += row[0] + " " + row[1] + " " + row[2] + "\n";
  return text;
}

inline Cell of(Tag tag, std::string_view bytes) { return Cell::of(tag, bytes); }

}  // namespace whimbrel::fake
