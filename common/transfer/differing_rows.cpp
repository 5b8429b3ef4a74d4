#include "common/transfer/differing_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/json/writer.h"
#include "common/transfer/columns_hash.h"
#include "common/transfer/scalar_writer.h"

namespace whimbrel {

namespace {

constexpr std::size_t kRanges = 4096;      // of key hashes
constexpr std::size_t kMostRanges = 16;    // that are looked into
constexpr std::size_t kMostRows = 20'000;  // that are kept of them
constexpr std::size_t kMostShown = 10;     // rows
constexpr std::size_t kMostKeyText = 100;  // bytes of a key, before it is cut

struct Side {
  std::size_t rows = 0;
  std::vector<Hash> values;  // of each column, of the last row with the key
  Hash sum;                  // of all rows with the key
};

struct Found {
  std::string key;
  Side expected, actual;
};

struct HashOrder {
  bool operator()(const Hash& a, const Hash& b) const {
    return a.high != b.high ? a.high < b.high : a.low < b.low;
  }
};

class Narrowing {
 public:
  Narrowing(const std::vector<TableDigest::Column>& columns, const std::vector<std::size_t>& key)
      : columns_(columns), row_(columns), key_(key_columns(columns, key)) {
    for (const TableDigest::Column& column : columns) values_.emplace_back(std::vector{column});
    shown_ = key;
    if (shown_.empty())
      for (std::size_t i = 0; i < columns.size(); ++i) shown_.push_back(i);
  }

  std::string run(const RowPass& expected, const RowPass& actual) {
    std::vector<Hash> left(kRanges), right(kRanges);
    expected([&](const Cell* row) { left[range_of(row)] += row_.of(row); });
    actual([&](const Cell* row) { right[range_of(row)] += row_.of(row); });
    std::vector<bool> wanted(kRanges);
    std::size_t ranges = 0;
    bool more = false;
    for (std::size_t i = 0; i < kRanges; ++i) {
      if (left[i] == right[i]) continue;
      more = more || ranges == kMostRanges;
      wanted[i] = ranges < kMostRanges;
      ranges += wanted[i];
    }
    expected([&](const Cell* row) { keep(row, wanted, &Found::expected); });
    actual([&](const Cell* row) { keep(row, wanted, &Found::actual); });
    return show(more);
  }

 private:
  static std::vector<TableDigest::Column> key_columns(const std::vector<TableDigest::Column>& columns,
                                                      const std::vector<std::size_t>& key) {
    if (key.empty()) return columns;
    std::vector<TableDigest::Column> chosen;
    for (const std::size_t column : key) chosen.push_back(columns[column]);
    return chosen;
  }

  std::size_t range_of(const Cell* row) { return key_.of(row).low % kRanges; }

  void keep(const Cell* row, const std::vector<bool>& wanted, Side Found::*side) {
    const Hash key = key_.of(row);
    if (!wanted[key.low % kRanges]) return;
    auto found = found_.find(key);
    if (found == found_.end()) {
      if (found_.size() == kMostRows) {
        full_ = true;
        return;
      }
      found = found_.emplace(key, Found{key_text(row), {}, {}}).first;
    }
    Side& one = found->second.*side;
    ++one.rows;
    one.sum += row_.of(row);
    one.values.clear();
    for (ColumnsHash& value : values_) one.values.push_back(value.of(row));
  }

  std::string key_text(const Cell* row) const {
    json::Buffer text;
    for (const std::size_t column : shown_) {
      if (text.size() > 0) text.append(std::string_view(", "));
      text.append(columns_[column].name);
      text.append(' ');
      const Cell& cell = row[columns_[column].cell];
      if (!write_scalar(text, cell)) text.append(std::string_view(cell.is_null() ? "null" : "…"));
      if (text.size() > kMostKeyText) {
        text.append(std::string_view(" …"));
        break;
      }
    }
    return std::string(text.view());
  }

  std::string show(bool more) {
    std::vector<const Found*> differing;
    for (const auto& [key, one] : found_)
      if (one.expected.rows != one.actual.rows || !(one.expected.sum == one.actual.sum))
        differing.push_back(&one);
    std::sort(differing.begin(), differing.end(), [](const Found* a, const Found* b) {
      return a->key.size() != b->key.size() ? a->key.size() < b->key.size() : a->key < b->key;
    });
    more = more || full_ || differing.size() > kMostShown;
    if (differing.size() > kMostShown) differing.resize(kMostShown);
    std::string text;
    for (const Found* one : differing) text += (text.empty() ? "" : "; ") + one->key + what(*one);
    if (more) text += "; and more";
    return text;
  }

  std::string what(const Found& one) const {
    if (one.actual.rows == 0) return " is missing";
    if (one.expected.rows == 0) return " is not in the document";
    if (one.expected.rows != one.actual.rows)
      return " is there " + std::to_string(one.actual.rows) + " times instead of " +
             std::to_string(one.expected.rows);
    std::string names;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (!(one.expected.values[i] == one.actual.values[i]))
        names += (names.empty() ? "\"" : ", \"") + std::string(columns_[i].name) + "\"";
    return " differs in " + names;
  }

  const std::vector<TableDigest::Column>& columns_;
  ColumnsHash row_;
  ColumnsHash key_;
  std::vector<ColumnsHash> values_;
  std::vector<std::size_t> shown_;
  std::map<Hash, Found, HashOrder> found_;
  bool full_ = false;
};

}  // namespace

std::string show_differing_rows(const std::vector<TableDigest::Column>& columns,
                                const std::vector<std::size_t>& key, const RowPass& expected,
                                const RowPass& actual) {
  return Narrowing(columns, key).run(expected, actual);
}

}  // namespace whimbrel
