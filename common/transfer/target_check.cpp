#include "common/transfer/target_check.h"

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

std::string names_of(const Table& table, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) text += (text.empty() ? "" : ", ") + table.columns[column].name;
  return text;
}

// One key of the table, asked for the rows of a document.
class KeyCheck {
 public:
  KeyCheck(const DocumentRows& rows, const std::vector<std::size_t>& key) : rows_(rows), key_(key) {}

  // Calls found(row) and missing(row) with numbers from 1; rows without a value in the key are missing.
  template <typename Found, typename Missing>
  void run(Found&& found, Missing&& missing) {
    BadRows bad;  // told already
    TableRows source(rows_.host, rows_.input, rows_.index, rows_.table, key_);
    source.collect(bad);
    RowBatch batch, keys, hits;
    for (std::uint64_t first = 0; source.next(batch); first += batch.rows()) {
      std::vector<bool> there(batch.rows(), false);
      keys.reset(key_.size());
      std::vector<std::size_t> row_of_key;
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        const Cell* cells = batch.row(row);
        if (std::any_of(cells, cells + key_.size(), [](const Cell& cell) { return cell.is_null(); }))
          continue;
        std::copy_n(cells, key_.size(), keys.append());
        row_of_key.push_back(row);
      }
      if (!keys.empty()) {
        const auto reader = rows_.host.find_rows({rows_.table.target, key_, {}}, keys);
        while (reader->next(hits))
          for (std::size_t i = 0; i < hits.rows(); ++i)
            there[row_of_key[static_cast<std::size_t>(hits.row(i)[0].integer)]] = true;
      }
      for (std::size_t row = 0; row < batch.rows(); ++row) {
        const std::uint64_t number = source.numbers().at(first + row);
        if (there[row])
          found(number);
        else
          missing(number);
      }
    }
  }

 private:
  const DocumentRows& rows_;
  const std::vector<std::size_t>& key_;
};

}  // namespace

bool is_given(const IndexedTable& table, std::size_t column) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const IndexedColumn& entry) {
    return entry.target == column && entry.presence != Presence::none;
  });
}

void check_against_target(const DocumentRows& rows, OnConflict mode, const Rules& rules, Problems& errors,
                          Problems& warnings) {
  const Table& target = *rows.table.target;
  const auto given = [&](const std::vector<std::size_t>& key) {
    return !key.empty() && std::all_of(key.begin(), key.end(),
                                       [&](std::size_t column) { return is_given(rows.table, column); });
  };
  struct Secret {
    std::string column;
    std::string path;  // inside of its documents
  };
  std::vector<Secret> secrets;  // that no row of the document has
  for (std::size_t i = 0; i < target.columns.size(); ++i)
    if (!is_given(rows.table, i) &&
        rules.has(RuleKind::secret, target.display_name(), target.columns[i].name))
      secrets.push_back({target.columns[i].name, {}});
  for (const SecretPart& part : rows.index.metadata.redacted) {
    const std::size_t column = target.find_column(rows.index.renames.column(part.table, part.column));
    if (part.table == rows.table.name && !part.path.empty() && column != Table::npos &&
        is_given(rows.table, column))
      secrets.push_back({target.columns[column].name, part.path});
  }
  const auto check = [&](const std::vector<std::size_t>& key, bool primary) {
    if (!given(key)) return;
    std::uint64_t fresh = 0;
    const auto found = [&](std::uint64_t row) {
      if (mode != OnConflict::error) return;
      errors.add({std::string(code::kDuplicateKey), rows.table.name, row, "",
                  "the database has a row with this key (" + names_of(target, key) + ")",
                  json::Position{0, 0, 0}});
    };
    KeyCheck(rows, key).run(found, [&](std::uint64_t) { ++fresh; });
    if (!primary || fresh == 0) return;
    const std::string rows_text = std::to_string(fresh) + " new row" + (fresh == 1 ? "" : "s");
    for (const Secret& secret : secrets)
      warnings.add({std::string(code::kReference), rows.table.name, 0, secret.column,
                    secret.path.empty()
                        ? "it is secret: " + rows_text + " will have no value in it"
                        : "path " + secret.path + " is secret: " + rows_text + " will have nothing there",
                    json::Position{0, 0, 0}});
  };
  if (mode == OnConflict::error || !secrets.empty()) check(target.primary_key, true);
  if (mode != OnConflict::error) return;
  for (const UniqueKey& key : target.unique_keys) check(key.columns, false);
}

}  // namespace whimbrel
