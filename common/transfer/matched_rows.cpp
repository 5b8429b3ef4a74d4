#include "common/transfer/matched_rows.h"

#include <algorithm>

#include "common/cell_copy.h"

namespace whimbrel {

namespace {

const Cell kAbsent = Cell::of(Tag::absent, std::int64_t{0});

// Where in `columns` the column is.
std::size_t place_of(const std::vector<std::size_t>& columns, std::size_t column) {
  return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin());
}

std::vector<bool> marks(const std::vector<std::size_t>& columns, const std::vector<std::size_t>& marked) {
  std::vector<bool> result;
  for (const std::size_t column : columns)
    result.push_back(std::find(marked.begin(), marked.end(), column) != marked.end());
  return result;
}

}  // namespace

MatchedRows::MatchedRows(Host& host, const MatchRequest& request, RowReader& source)
    : host_(host),
      request_(request),
      source_(source),
      first_(request.mode == OnConflict::skip ? 0 : 1),
      volatile_(marks(request.columns, request.volatile_columns)),
      kept_(marks(request.columns, request.kept_columns)),
      minted_(marks(request.columns, request.minted_columns)),
      key_(marks(request.columns, request.keys.front())),
      equality_(*request.table, request.columns) {}

bool MatchedRows::next(RowBatch& batch) {
  do {
    batch.reset(columns());
    if (!source_.next(rows_)) return false;
    const std::size_t width = request_.columns.size();
    outcomes_.assign(rows_.rows(), Outcome::fresh);
    cells_.assign(rows_.row(0), rows_.row(0) + rows_.rows() * width);
    arena_.clear();
    for (const auto& key : request_.keys) match(key);
    give(batch);
  } while (batch.empty());
  return true;
}

// False when no row has all values of the key.
bool MatchedRows::collect_keys(const std::vector<std::size_t>& key) {
  std::vector<std::size_t> places;
  for (const std::size_t column : key) places.push_back(place_of(request_.columns, column));
  keys_.reset(key.size());
  row_of_key_.clear();
  for (std::size_t row = 0; row < rows_.rows(); ++row) {
    const Cell* cells = rows_.row(row);
    const auto has_value = [&](std::size_t place) { return !cells[place].is_null(); };
    if (outcomes_[row] != Outcome::fresh || !std::all_of(places.begin(), places.end(), has_value)) continue;
    Cell* cell = keys_.append();
    for (const std::size_t place : places) *cell++ = cells[place];
    row_of_key_.push_back(row);
  }
  return !keys_.empty();
}

void MatchedRows::match(const std::vector<std::size_t>& key) {
  if (!collect_keys(key)) return;
  LookupRequest lookup{request_.table, key, {}};
  if (request_.mode != OnConflict::skip) lookup.columns = request_.columns;
  const std::unique_ptr<RowReader> reader = host_.find_rows(lookup, keys_);
  while (reader->next(found_)) {
    for (std::size_t i = 0; i < found_.rows(); ++i) {
      const std::size_t row = row_of_key_[static_cast<std::size_t>(found_.row(i)[0].integer)];
      if (request_.mode == OnConflict::skip) {
        outcomes_[row] = Outcome::unchanged;
      } else {
        compare(row, found_.row(i) + 1);
      }
    }
  }
}

// A replaced value that the document leaves out, where no default has to be computed.
bool MatchedRows::becomes_null(std::size_t column) const {
  const Column& target = request_.table->columns[request_.columns[column]];
  return request_.mode == OnConflict::replace && !target.has_default && !target.identity;
}

void MatchedRows::compare(std::size_t row, const Cell* existing) {
  bool differs = false;
  bool key_differs = false;
  Cell* cells = cells_.data() + row * request_.columns.size();
  if (request_.secrets != nullptr) request_.secrets->put_back(cells, existing, arena_);
  for (std::size_t i = 0; i < request_.columns.size(); ++i) {
    Cell& cell = cells[i];
    if (key_[i]) {
      if (!equality_.same(i, cell, existing[i])) key_differs = true;
      continue;
    }
    if (minted_[i]) {
      cell = request_.mode == OnConflict::replace ? copy_cell(existing[i], arena_) : kAbsent;
      continue;
    }
    if (cell.tag == Tag::absent) {
      if (kept_[i]) {
        if (request_.mode == OnConflict::replace) cell = copy_cell(existing[i], arena_);
        continue;
      }
      if (request_.mode == OnConflict::update) continue;
      if (!becomes_null(i)) {
        differs = true;
        continue;
      }
      cell = Cell();
    }
    const bool same = equality_.same(i, cell, existing[i]);
    if (!same && !volatile_[i]) differs = true;
    if (same && request_.mode == OnConflict::update) cell = kAbsent;
  }
  if (key_differs) note_other_key(existing);
  outcomes_[row] = key_differs ? Outcome::respelled : differs ? Outcome::changed : Outcome::unchanged;
}

void MatchedRows::note_other_key(const Cell* existing) {
  const std::vector<std::size_t>& key = request_.keys.front();
  if (!other_keys_) other_keys_.emplace(*request_.table, key);
  std::vector<Cell> cells;
  for (const std::size_t column : key) cells.push_back(existing[place_of(request_.columns, column)]);
  if (!other_keys_->add(cells.data())) met_twice_ = true;
}

RowAction MatchedRows::action_of(Outcome outcome) const {
  const bool replaces = request_.mode == OnConflict::replace;
  switch (outcome) {
    case Outcome::changed:
      return replaces ? RowAction::replace : RowAction::update;
    case Outcome::respelled:
      return replaces ? RowAction::replace_with_key : RowAction::update_with_key;
    default:
      return RowAction::insert;
  }
}

void MatchedRows::give(RowBatch& batch) {
  const std::size_t width = request_.columns.size();
  for (std::size_t row = 0; row < rows_.rows(); ++row, ++read_) {
    if (outcomes_[row] == Outcome::unchanged) {
      ++(request_.mode == OnConflict::skip ? skipped_ : unchanged_);
      continue;
    }
    Cell* const cells = cells_.data() + row * width;
    if (request_.secrets != nullptr && outcomes_[row] == Outcome::fresh)
      request_.secrets->put_nothing(cells, arena_);
    Cell* to = batch.append();
    if (first_ != 0) *to++ = Cell::integer_of(static_cast<std::int64_t>(action_of(outcomes_[row])));
    std::copy_n(cells, width, to);
    numbers_.add(read_ + 1);
  }
}

}  // namespace whimbrel
