#include "common/transfer/reference_check.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "common/cell_copy.h"
#include "common/error.h"
#include "common/json/writer.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/hash.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

constexpr std::size_t kMostParents = 2'000'000;

const Table* find_table(const Schema& schema, const ForeignKey& key) {
  for (const Table& table : schema.tables)
    if (table.schema == key.parent_schema && table.name == key.parent_table) return &table;
  return nullptr;
}

// Whether equal values have equal cells.
bool has_one_form(const Dialect& dialect, const Column& column) {
  if (dialect.dynamic_types) return true;
  switch (column.kind) {
    case Kind::integer:
    case Kind::uuid:
    case Kind::date:
      return true;
    case Kind::text:
      return column.type == "text" || column.type.starts_with("character varying");
    default:
      return false;
  }
}

void append_text(json::Buffer& out, const Cell& cell) {
  switch (cell.tag) {
    case Tag::boolean:
    case Tag::integer:
    case Tag::date:
    case Tag::time:
    case Tag::timestamp:
    case Tag::timestamptz:
      json::write_integer(out, cell.integer);
      return;
    case Tag::real:
    case Tag::real32:
      // As the integer that it equals, for columns of any type.
      if (std::trunc(cell.real) == cell.real && std::abs(cell.real) < 9e15)
        json::write_integer(out, static_cast<std::int64_t>(cell.real));
      else
        json::write_real(out, cell.real);
      return;
    default:
      if (points_to_value(cell.tag)) out.append(cell.view());
  }
}

// A key as text: its columns' values with their lengths.
void append_key(json::Buffer& out, const Cell* cells, std::size_t count) {
  json::Buffer one;
  for (std::size_t i = 0; i < count; ++i) {
    one.clear();
    append_text(one, cells[i]);
    json::write_integer(out, static_cast<std::int64_t>(one.view().size()));
    out.append(':');
    out.append(one.view());
  }
}

// The keys of the rows of a document's table.
class ParentKeys {
 public:
  ParentKeys(const DocumentRows& rows, const std::vector<std::size_t>& columns) {
    BadRows bad;
    TableRows source(rows.host, rows.input, rows.index, rows.table, columns);
    source.collect(bad);
    RowBatch batch;
    json::Buffer text;
    while (source.next(batch)) {
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        text.clear();
        append_key(text, batch.row(row), columns.size());
        hashes_.push_back(hash_bytes(text.view(), 0));
      }
    }
    std::ranges::sort(hashes_, less);
  }

  bool contains(std::string_view key) const {
    return std::ranges::binary_search(hashes_, hash_bytes(key, 0), less);
  }

 private:
  static bool less(const Hash& left, const Hash& right) {
    return left.high != right.high ? left.high < right.high : left.low < right.low;
  }

  std::vector<Hash> hashes_;
};

class ReferenceCheck {
 public:
  ReferenceCheck(const DocumentRows& rows, const ForeignKey& key, const Table& parent, Problems& errors)
      : rows_(rows), key_(key), parent_(parent), errors_(errors) {}

  // `document`: the parent's rows there, or null. `ask`: whether the database's rows of it will stay.
  void run(const IndexedTable* document, bool ask) {
    std::vector<std::size_t> parent_columns;
    for (const std::string& name : key_.parent_columns) parent_columns.push_back(parent_.find_column(name));
    if (document != nullptr)
      keys_.emplace(DocumentRows{rows_.host, rows_.input, rows_.index, *document}, parent_columns);
    BadRows bad;
    TableRows source(rows_.host, rows_.input, rows_.index, rows_.table, key_.columns);
    source.collect(bad);
    RowBatch batch, wanted, hits;
    for (std::uint64_t first = 0; source.next(batch); first += batch.rows()) {
      std::vector<std::size_t> row_of_key;
      wanted.reset(key_.columns.size());
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        const Cell* cells = batch.row(row);
        if (is_satisfied(cells)) continue;
        std::copy_n(cells, key_.columns.size(), wanted.append());
        row_of_key.push_back(row);
      }
      if (row_of_key.empty()) continue;
      std::vector<bool> there(row_of_key.size(), false);
      if (ask) {
        const auto reader = rows_.host.find_rows({&parent_, parent_columns, {}}, wanted);
        while (reader->next(hits))
          for (std::size_t i = 0; i < hits.rows(); ++i)
            there[static_cast<std::size_t>(hits.row(i)[0].integer)] = true;
      }
      for (std::size_t i = 0; i < there.size(); ++i)
        if (!there[i]) report(source.numbers().at(first + row_of_key[i]), wanted.row(i));
    }
  }

 private:
  // Without a look into the database.
  bool is_satisfied(const Cell* cells) {
    if (std::any_of(cells, cells + key_.columns.size(), [](const Cell& cell) { return cell.is_null(); }))
      return true;
    if (!keys_) return false;
    text_.clear();
    append_key(text_, cells, key_.columns.size());
    return keys_->contains(text_.view());
  }

  void report(std::uint64_t row, const Cell* cells) {
    json::Buffer value;
    for (std::size_t i = 0; i < key_.columns.size(); ++i) {
      if (i != 0) value.append(", ");
      if (cells[i].tag == Tag::integer || cells[i].tag == Tag::text)
        append_text(value, cells[i]);
      else
        value.append("…");
    }
    const std::string& column = rows_.table.target->columns[key_.columns.front()].name;
    errors_.add({std::string(code::kReference), rows_.table.name, row, column,
                 "table \"" + parent_.display_name() + "\" has no row " + std::string(value.view()) +
                     ", neither in the document nor in the database",
                 json::Position{0, 0, 0}});
  }

  const DocumentRows& rows_;
  const ForeignKey& key_;
  const Table& parent_;
  Problems& errors_;
  std::optional<ParentKeys> keys_;
  json::Buffer text_;
};

const IndexedTable* find_source(const DocumentIndex& index, const Table& target) {
  for (const IndexedTable& table : index.tables)
    if (table.target == &target && table.selected && table.rows > 0) return &table;
  return nullptr;
}

}  // namespace

void check_references(const DocumentRows& rows, const Schema& schema, const ImportOptions& options,
                      Problems& errors, Problems& warnings) {
  const Table& child = *rows.table.target;
  for (const ForeignKey& key : child.foreign_keys) {
    const Table* parent = find_table(schema, key);
    if (parent == nullptr || key.columns.size() != key.parent_columns.size() || key.columns.empty()) continue;
    bool can = true;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const std::size_t column = parent->find_column(key.parent_columns[i]);
      can = can && column != Table::npos && is_given(rows.table, key.columns[i]) &&
            has_one_form(rows.host.dialect(), child.columns[key.columns[i]]) &&
            has_one_form(rows.host.dialect(), parent->columns[column]);
    }
    if (!can) continue;
    const IndexedTable* document = find_source(rows.index, *parent);
    if (document != nullptr && document->rows > kMostParents) {
      warnings.add({std::string(code::kReference), rows.table.name, 0,
                    child.columns[key.columns.front()].name,
                    "references to table \"" + parent->display_name() + "\" are left to the import: it has " +
                        std::to_string(document->rows) + " rows",
                    json::Position{0, 0, 0}});
      continue;
    }
    ReferenceCheck(rows, key, *parent, errors).run(document, !options.clear || document == nullptr);
  }
}

}  // namespace whimbrel
