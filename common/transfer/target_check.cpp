#include "common/transfer/target_check.h"

#include <algorithm>
#include <vector>

#include "common/error.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/parent_keys.h"
#include "common/transfer/repeated_values.h"
#include "common/transfer/row_check.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

// One key of the table, asked for the rows of a document.
class KeyCheck {
 public:
  // `more`: other columns that the caller wants to see; `wanted`: those of a row that the table has.
  KeyCheck(const DocumentRows& rows, const std::vector<std::size_t>& key,
           const std::vector<std::size_t>& more = {}, std::vector<std::size_t> wanted = {})
      : rows_(rows), key_(key), read_(key), wanted_(std::move(wanted)) {
    for (const std::size_t column : more) read_.push_back(column);
  }

  // Calls found(row, cells, wanted) and missing(row, cells) with numbers from 1; the cells are those of the
  // key and of `more`. Rows without a value in the key are missing.
  template <typename Found, typename Missing>
  void run(Found&& found, Missing&& missing) {
    BadRows bad;  // told already
    TableRows source(rows_.host, rows_.input, rows_.index, rows_.table, read_);
    source.collect(bad);
    RowBatch batch, keys, hits;
    for (std::uint64_t first = 0; source.next(batch); first += batch.rows()) {
      std::vector<bool> there(batch.rows(), false);
      keys.reset(key_.size());
      std::vector<std::size_t> row_of_key;
      for (std::size_t row = 0; row < batch.rows() && !key_.empty(); ++row) {
        const Cell* cells = batch.row(row);
        if (std::any_of(cells, cells + key_.size(), [](const Cell& cell) { return cell.is_null(); }))
          continue;
        std::copy_n(cells, key_.size(), keys.append());
        row_of_key.push_back(row);
      }
      if (!keys.empty()) {
        const auto reader = rows_.host.find_rows({rows_.table.target, key_, wanted_}, keys);
        while (reader->next(hits))
          for (std::size_t i = 0; i < hits.rows(); ++i) {
            const std::size_t row = row_of_key[static_cast<std::size_t>(hits.row(i)[0].integer)];
            if (!there[row]) found(source.numbers().at(first + row), batch.row(row), hits.row(i) + 1);
            there[row] = true;
          }
      }
      for (std::size_t row = 0; row < batch.rows(); ++row)
        if (!there[row]) missing(source.numbers().at(first + row), batch.row(row));
    }
  }

 private:
  const DocumentRows& rows_;
  const std::vector<std::size_t>& key_;
  std::vector<std::size_t> read_;
  std::vector<std::size_t> wanted_;
};

// Where an import may update rows: what new ones lack, and values that belong to others.
class UpdateCheck {
 public:
  UpdateCheck(const DocumentRows& rows, const Rules& rules, Problems& errors)
      : rows_(rows), target_(*rows.table.target), rules_(rules), errors_(errors) {}

  // Rows that are not found by `key`, which is empty where all are new; with `all` the others too: their
  // columns take the default where the document has no value. Of secrets others speak.
  void new_rows(const std::vector<std::size_t>& key, bool all) {
    std::vector<std::size_t> needed, places, more;
    for (std::size_t i = 0; i < target_.columns.size(); ++i) {
      if (!needs_value(rows_.host.dialect(), target_, target_.columns[i]) || is_always_given(i) ||
          is_secret(i))
        continue;
      const auto in_key = static_cast<std::size_t>(std::ranges::find(key, i) - key.begin());
      needed.push_back(i);
      places.push_back(in_key < key.size() ? in_key : key.size() + more.size());
      if (in_key == key.size()) more.push_back(i);
    }
    if (needed.empty()) return;
    const auto look = [&](std::uint64_t row, const Cell* cells) {
      for (std::size_t i = 0; i < needed.size(); ++i)
        if (cells[places[i]].tag == Tag::absent)
          errors_.add({std::string(code::kWrongType), rows_.table.name, row, target_.columns[needed[i]].name,
                       "no value, and the column is NOT NULL and has no default", json::Position{0, 0, 0}});
    };
    KeyCheck(rows_, key, more)
        .run(
            [&](std::uint64_t row, const Cell* cells, const Cell*) {
              if (all) look(row, cells);
            },
            look);
  }

  // `unique`: another key than `key`, by which rows are found. A row of the table that the document has too
  // may give its value up.
  void taken_values(const std::vector<std::size_t>& key, const std::vector<std::size_t>& unique) {
    SpillSpace space(rows_.host.dialect().temporary_directory);
    ParentKeys known(rows_, key, space);
    KeyCheck(rows_, unique, {}, key)
        .run(
            [&](std::uint64_t row, const Cell*, const Cell* holder) {
              if (!known.contains(holder))
                errors_.add({std::string(code::kDuplicateKey), rows_.table.name, row, "",
                             "the database has another row with this key (" + names_of(target_, unique) + ")",
                             json::Position{0, 0, 0}});
            },
            [](auto&&...) {});
  }

 private:
  bool is_always_given(std::size_t column) const {
    return std::ranges::any_of(rows_.table.columns, [&](const IndexedColumn& entry) {
      return entry.target == column && entry.presence == Presence::all;
    });
  }
  bool is_secret(std::size_t column) const {
    const std::string& name = target_.columns[column].name;
    return rules_.has(RuleKind::secret, target_.display_name(), name) ||
           rows_.index.metadata.is_redacted(rows_.table.name,
                                            rows_.index.renames.key(rows_.table.name, name));
  }

  const DocumentRows& rows_;
  const Table& target_;
  const Rules& rules_;
  Problems& errors_;
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
    const auto found = [&](std::uint64_t row, const Cell*, const Cell*) {
      if (mode != OnConflict::error) return;
      errors.add({std::string(code::kDuplicateKey), rows.table.name, row, "",
                  "the database has a row with this key (" + names_of(target, key) + ")",
                  json::Position{0, 0, 0}});
    };
    KeyCheck(rows, key).run(found, [&](std::uint64_t, const Cell*) { ++fresh; });
    if (!primary || fresh == 0) return;
    const std::string rows_text = std::to_string(fresh) + " new row" + (fresh == 1 ? "" : "s");
    for (const Secret& secret : secrets) {
      const bool needed =
          secret.path.empty() &&
          needs_value(rows.host.dialect(), target, target.columns[target.find_column(secret.column)]);
      (needed ? errors : warnings)
          .add({std::string(code::kReference), rows.table.name, 0, secret.column,
                secret.path.empty()
                    ? "it is secret: " + rows_text +
                          (needed ? " would have no value in it, and it is NOT NULL"
                                  : " will have no value in it")
                    : "path " + secret.path + " is secret: " + rows_text + " will have nothing there",
                json::Position{0, 0, 0}});
    }
  };
  if (mode == OnConflict::error || !secrets.empty()) check(target.primary_key, true);
  if (mode == OnConflict::error)
    for (const UniqueKey& key : target.unique_keys) check(key.columns, false);
}

void check_updates(const DocumentRows& rows, OnConflict mode, const std::vector<std::size_t>& match,
                   const Rules& rules, Problems& errors) {
  const Table& target = *rows.table.target;
  if (target.triggers || target.rules || !rules.of(RuleKind::natural_key, target.display_name()).empty())
    return;
  UpdateCheck check(rows, rules, errors);
  check.new_rows(match, mode == OnConflict::replace);
  if (match.empty()) return;
  const auto check_taken = [&](const std::vector<std::size_t>& key) {
    const auto given = [&](std::size_t column) { return is_given(rows.table, column); };
    if (key != match && !key.empty() && std::ranges::all_of(key, given)) check.taken_values(match, key);
  };
  check_taken(target.primary_key);
  for (const UniqueKey& key : target.unique_keys) check_taken(key.columns);
}

}  // namespace whimbrel
