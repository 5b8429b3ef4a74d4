#include "common/transfer/row_check.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "common/cell_copy.h"
#include "common/error_text.h"
#include "common/schema/kind.h"
#include "common/text/utf8.h"

namespace whimbrel {

namespace {

// The n of varchar(n) and char(n); 0 for other types.
std::size_t most_characters(std::string_view type) {
  for (const std::string_view name : {"character varying(", "character("}) {
    if (!type.starts_with(name) || !type.ends_with(')')) continue;
    std::size_t most = 0;
    std::from_chars(type.data() + name.size(), type.data() + type.size(), most);
    return most;
  }
  return 0;
}

// Spaces at the end are cut off without a word.
bool is_too_long(std::string_view text, std::size_t most) {
  if (text.size() <= most) return false;
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return count_characters(text) > most;
}

// Less than, equal, greater; 2 where that is not known here.
int compare(const Cell& left, const Cell& right) {
  if (left.tag != right.tag) return 2;
  if (left.tag == Tag::text || left.tag == Tag::uuid) {
    const int order = left.view().compare(right.view());
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (points_to_value(left.tag) || left.is_null() || left.tag == Tag::real || left.tag == Tag::real32)
    return 2;
  return left.integer < right.integer ? -1 : left.integer > right.integer ? 1 : 0;
}

}  // namespace

// --- KeyHashes

void KeyHashes::add(std::uint64_t row, const Cell* cells) {
  bytes_.clear();
  for (const std::size_t i : cells_) {
    const Cell& cell = cells[i];
    if (cell.is_null()) return;
    bytes_ += static_cast<char>(cell.tag);
    const std::uint32_t size = points_to_value(cell.tag) ? cell.size : sizeof cell.integer;
    bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes_.append(points_to_value(cell.tag) ? cell.data : reinterpret_cast<const char*>(&cell.integer), size);
  }
  rows_.push_back({hash_bytes(bytes_, 0), row});
}

std::vector<RepeatedRow> KeyHashes::repeated(std::size_t most) {
  std::sort(rows_.begin(), rows_.end(), [](const Row& left, const Row& right) {
    const Hash &a = left.hash, &b = right.hash;
    return a.high != b.high ? a.high < b.high : a.low != b.low ? a.low < b.low : left.number < right.number;
  });
  std::vector<RepeatedRow> found;
  const auto keep_first = [&] {
    std::ranges::sort(found, {}, &RepeatedRow::row);
    if (found.size() > most) found.resize(most);
  };
  count_ = 0;
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    if (rows_[i].hash != rows_[i - 1].hash) continue;
    ++count_;
    found.push_back({rows_[i].number, rows_[i - 1].number});
    if (found.size() >= 2 * most + 1) keep_first();
  }
  keep_first();
  return found;
}

// --- Values that must be there

namespace {

bool null_is_wrong(const Dialect& dialect, const Table& table, const Column& column) {
  // What is inserted may be something else then.
  const bool may_change = table.triggers || table.rules;
  // There a null may be taken as a new number.
  const bool null_has_meaning = dialect.dynamic_types && column.identity;
  return column.not_null && !may_change && !null_has_meaning;
}

}  // namespace

bool needs_value(const Dialect& dialect, const Table& table, const Column& column) {
  // A domain may have a default of its own.
  return null_is_wrong(dialect, table, column) && !column.has_default && !column.identity &&
         !column.generated && (dialect.dynamic_types || kind_of_type(column.type) == column.kind);
}

// --- KeyOrder

bool KeyOrder::is_above_last(const Cell* cells) const {
  if (last_.empty()) return true;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const int order = compare(cells[cells_[i]], last_[i]);
    if (order != 0) return order == 1;
  }
  return false;
}

void KeyOrder::add(const Cell* cells) {
  if (!rises_ || cells_.empty()) return;
  if (std::ranges::any_of(cells_, [&](std::size_t i) { return cells[i].is_null(); })) return;
  rises_ = is_above_last(cells);
  std::swap(arena_, spare_);
  arena_.clear();
  last_.clear();
  for (const std::size_t i : cells_) last_.push_back(copy_cell(cells[i], arena_));
}

// --- RowCheck

RowCheck::RowCheck(const Dialect& dialect, const Table& table, const std::vector<std::size_t>& columns,
                   bool inserts)
    : order_([&] {
        std::vector<std::size_t> cells;
        for (const std::size_t column : table.primary_key) {
          const auto found = std::ranges::find(columns, column);
          if (found == columns.end()) return std::vector<std::size_t>();
          cells.push_back(static_cast<std::size_t>(found - columns.begin()));
        }
        return cells;
      }()) {
  // What is inserted may be something else then.
  const bool may_change = table.triggers || table.rules;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[columns[i]];
    Step step{i, columns[i], false, false, 0, {}};
    step.null_is_wrong = null_is_wrong(dialect, table, column);
    step.absent_is_wrong = inserts && needs_value(dialect, table, column);
    if (!dialect.dynamic_types && !may_change) {
      step.most_characters = most_characters(column.storage_type());
      step.labels.assign(column.labels.begin(), column.labels.end());
      std::ranges::sort(step.labels);
    }
    if (step.null_is_wrong || step.most_characters != 0 || !step.labels.empty())
      steps_.push_back(std::move(step));
  }
}

void RowCheck::check(const Cell* cells, bool faulty, const Report& report) {
  order_.add(cells);
  if (faulty) return;
  for (const Step& step : steps_) {
    const Cell& cell = cells[step.cell];
    if (cell.tag == Tag::null) {
      if (step.null_is_wrong) report(step.column, "null in a column that is NOT NULL");
    } else if (cell.tag == Tag::absent) {
      if (step.absent_is_wrong)
        report(step.column, "no value, and the column is NOT NULL and has no default");
    } else if (cell.tag != Tag::text) {
      continue;
    } else if (step.most_characters != 0 && is_too_long(cell.view(), step.most_characters)) {
      report(step.column, "text of " + std::to_string(count_characters(cell.view())) +
                              " characters, of which the column holds " +
                              std::to_string(step.most_characters));
    } else if (!step.labels.empty() && !std::ranges::binary_search(step.labels, cell.view())) {
      report(step.column, in_quotes(excerpt(cell.view())) + " is none of the labels of its type");
    }
  }
}

}  // namespace whimbrel
