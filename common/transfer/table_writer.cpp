#include "common/transfer/table_writer.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "common/circumstances.h"
#include "common/error.h"
#include "common/transfer/order.h"
#include "common/transfer/problems.h"
#include "common/transfer/repeated_values.h"
#include "common/transfer/row_supply.h"
#include "common/transfer/target_check.h"

namespace whimbrel {

namespace {

bool is_violated_key(const Error& error) {
  // SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY
  return error.code == "23505" || error.code == "S2067" || error.code == "S1555";
}

bool has_deferrable_key(const Table& table) {
  return table.primary_key_deferrable || std::any_of(table.unique_keys.begin(), table.unique_keys.end(),
                                                     [](const UniqueKey& key) { return key.deferrable; });
}

}  // namespace

std::vector<std::size_t> match_key(const IndexedTable& table) {
  const Table& target = *table.target;
  const auto given = [&](std::size_t column) { return is_given(table, column); };
  if (!target.primary_key.empty() && std::all_of(target.primary_key.begin(), target.primary_key.end(), given))
    return target.primary_key;
  bool any = !target.primary_key.empty();
  for (const UniqueKey& key : target.unique_keys) {
    const auto never_null = [&](std::size_t column) { return target.columns[column].not_null; };
    if (!std::all_of(key.columns.begin(), key.columns.end(), never_null)) continue;
    any = true;
    if (std::all_of(key.columns.begin(), key.columns.end(), given)) return key.columns;
  }
  if (any) return {};
  throw Error(code::kInvalidOption,
              "table \"" + table.name + "\" has no key by which rows that exist could be updated",
              "It has neither a primary key nor a unique key of columns that are never null.",
              "Give on_conflict for each table: {\"" + table.name + "\": \"error\", \"*\": \"update\"}.");
}

bool is_matched(const Table& table, OnConflict mode) {
  if (mode == OnConflict::skip) return has_deferrable_key(table);
  return mode != OnConflict::error;
}

bool is_broken_reference(const Error& error) {
  return error.code == "23503" || error.code == "S0787" || error.code == code::kReference;
}

ImportedTable TableWriter::write(const IndexedTable& table, OnConflict mode, bool empty, bool may_load) {
  table_ = &table;
  result_ = {};
  result_.read = table.rows;
  if (table.rows == 0) return result_;
  Way way;
  way.mode = mode;
  if (mode == OnConflict::update || mode == OnConflict::replace) {
    way.key = finds_rows() ? table.target->primary_key : match_key(table);
    if (empty) way.key.clear();
  }
  way.insert.table = table.target;
  way.insert.may_load =
      may_load && way.key.empty() && mode != OnConflict::skip && options_.collect == nullptr;
  way.insert.skip_conflicts = mode == OnConflict::skip && !is_matched(*table.target, mode);
  const bool all_columns = mode == OnConflict::replace && !way.key.empty();
  std::vector<std::size_t> given;  // columns that count and got values
  // The place of one that only some rows have, among the columns.
  std::optional<std::size_t> mixed;
  bool others_absent = false;
  for (const IndexedColumn& column : table.columns) {
    const bool counts = table.target->columns[column.target].counts();
    const bool assigned = remapping_ != nullptr && remapping_->assigns(*table.target, column.target);
    const bool found = column.presence == Presence::none && remapping_ != nullptr &&
                       remapping_->finds(*table.target, column.target);
    const Presence presence = assigned ? Presence::all : found ? Presence::some : column.presence;
    if (presence == Presence::none) {
      if (counts) host_.raise_identity(*table.target, column.target, Numbers::drawn);
      if (counts || !all_columns) continue;
      others_absent = true;
    }
    if (counts) given.push_back(column.target);
    if (presence == Presence::some) {
      if (counts && !mixed) {
        mixed = way.insert.columns.size();
      } else {
        others_absent = true;
      }
    }
    way.insert.columns.push_back(column.target);
  }
  way.insert.may_be_absent = others_absent;
  const std::vector<DocumentSecrets> inside = secrets_inside(*table.target, table.name, rules_, index_);
  secrets_.emplace(way.insert.columns, inside);
  if (secrets_->empty()) secrets_.reset();
  if (!mixed) {
    write_part({}, way);
  } else {
    // First the rows that bring their number, so that none of them is drawn for another row.
    write_part({TableRows::Filter::given, *mixed}, way);
    host_.raise_identity(*table.target, way.insert.columns[*mixed], Numbers::brought);
    way.insert.may_be_absent = true;
    write_part({TableRows::Filter::absent, *mixed}, way);
  }
  // A dry run burns nothing: what raising does, a rollback would undo, but there is no need for it.
  if (!options_.dry_run) {
    for (const std::size_t column : given) host_.raise_identity(*table.target, column, Numbers::brought);
  }
  if (secrets_) tell_secrets(inside);
  result_.changed_documents = secrets_ && secrets_->has_lost();
  result_.skipped += left_out();
  if (remapping_ != nullptr && (mode == OnConflict::skip || options_.collect != nullptr) &&
      result_.inserted + result_.updated + result_.unchanged < result_.read)
    remapping_->find_unwritten(*table.target);
  if (remapping_ != nullptr) result_.remapped = remapping_->counts(*table.target);
  return result_;
}

// Whether rows of the document without a primary key get that of the row that is theirs.
bool TableWriter::finds_rows() const {
  const std::vector<std::size_t>& key = table_->target->primary_key;
  return remapping_ != nullptr && !key.empty() &&
         std::ranges::all_of(key, [this](std::size_t c) { return remapping_->finds(*table_->target, c); });
}

// New rows got documents without what is secret in them.
void TableWriter::tell_secrets(const std::vector<DocumentSecrets>& inside) const {
  if (secrets_->new_rows() == 0) return;
  const auto left_out_there = [&](const DocumentSecrets& secrets) {
    return std::ranges::any_of(index_.metadata.redacted, [&](const SecretPart& part) {
      return part.table == table_->name && !part.path.empty() &&
             index_.renames.column(part.table, part.column) == table_->target->columns[secrets.column].name;
    });
  };
  std::string parts;
  for (const DocumentSecrets& secrets : inside) {
    if (!secrets_->has_lost() && !left_out_there(secrets)) continue;
    for (const std::string& path : secrets.paths)
      parts += (parts.empty() ? "\"" : ", \"") + table_->target->columns[secrets.column].name + "\" " + path;
  }
  if (parts.empty()) return;
  const std::string rows = std::to_string(secrets_->new_rows());
  host_.notice(NoticeLevel::warning, "table \"" + table_->name + "\": " + rows + " new row" +
                                         (rows == "1" ? "" : "s") +
                                         " came without what is secret inside documents: " + parts);
}

// Rows whose references lead nowhere.
std::uint64_t TableWriter::left_out() const {
  return remapping_ == nullptr ? 0 : remapping_->counts(*table_->target).skipped;
}

std::vector<std::size_t> TableWriter::columns_with(RuleKind kind) const {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table_->target->columns.size(); ++i)
    if (rules_.has(kind, table_->target->display_name(), table_->target->columns[i].name))
      columns.push_back(i);
  return columns;
}

MatchRequest TableWriter::match_request(const Way& way) {
  MatchRequest match;
  match.table = table_->target;
  match.columns = way.insert.columns;
  match.mode = way.mode;
  match.volatile_columns = columns_with(RuleKind::is_volatile);
  match.kept_columns = columns_with(RuleKind::secret);
  if (secrets_) match.secrets = &*secrets_;
  if (way.mode != OnConflict::skip) {
    match.keys = {way.key};
    if (way.key != table_->target->primary_key)
      for (const std::size_t column : table_->target->primary_key)
        if (!is_given(*table_, column)) match.minted_columns.push_back(column);
    return match;
  }
  const auto add = [&](const std::vector<std::size_t>& key) {
    const auto given = [&](std::size_t column) {
      return std::ranges::find(match.columns, column) != match.columns.end();
    };
    if (!key.empty() && std::all_of(key.begin(), key.end(), given)) match.keys.push_back(key);
  };
  add(table_->target->primary_key);
  for (const UniqueKey& key : table_->target->unique_keys) add(key.columns);
  return match;
}

void TableWriter::write_part(const Part& part, const Way& way) {
  TableRows rows(host_, input_, index_, *table_, way.insert.columns);
  rows.set_filter(part.filter, part.cell);
  rows.set_batch_rows(std::min(options_.batch_rows, RowBatch::kMaxRows));
  if (options_.collect != nullptr) rows.collect(*options_.collect);
  // Who collects bad rows looks at `rows` between the batches.
  std::optional<RowSupply> ahead;
  if (options_.collect == nullptr) {
    rows.stay_apart();
    ahead.emplace(host_, input_, rows);
  }
  RowReader& given = ahead ? static_cast<RowReader&>(*ahead) : rows;
  std::unique_ptr<RemappedReader> remapped;
  if (remapping_ != nullptr)
    remapped =
        remapping_->rows(*table_->target, way.insert.columns, given,
                         {options_.collect, [&rows](std::uint64_t row) { return rows.numbers().at(row); }});
  const bool matches = !way.key.empty() || (way.mode == OnConflict::skip && !way.insert.skip_conflicts);
  RowReader& read = remapped ? *remapped : given;
  std::optional<NewRows> fresh;
  if (secrets_ && !matches) fresh.emplace(read, *secrets_);
  RowReader& source = fresh ? *fresh : read;
  std::optional<MatchRequest> request;
  std::optional<MatchedRows> matched;
  if (matches) matched.emplace(host_, request.emplace(match_request(way)), source);
  RowReader& written = matched ? static_cast<RowReader&>(*matched) : source;
  const Between between{remapped.get(), matched ? &*matched : nullptr};
  if (options_.collect != nullptr) {
    write_chunks(way, rows, written, between);
  } else {
    const std::uint64_t left_out_before = left_out();
    WriteCounts counts;
    try {
      counts = put(way, written);
    } catch (Error& error) {
      ahead.reset();  // the document is read from another place now
      explain(error, part, way, between);
      throw;
    }
    settle(way, counts, matched ? matched->numbers().given() : rows.given() - (left_out() - left_out_before));
  }
  if (!matched) return;
  result_.unchanged += matched->unchanged();
  result_.skipped += matched->skipped();
  // Ids that an import changes are told apart by the remapping.
  const bool same_ids = remapping_ == nullptr || !remapping_->changes(*table_->target);
  if (KeySet* keys = matched->other_keys(); keys != nullptr && same_ids)
    refuse_one_row_twice(*keys, matched->met_twice());
}

// Bytes tell a document's keys apart, and the database may take two of them for the same: then the second row
// would take the place of the first. `others`: the keys that such rows found.
void TableWriter::refuse_one_row_twice(KeySet& others, bool met_twice) const {
  std::string which = met_twice ? "Neither has the key as the database had it" : "";
  TableRows rows(host_, input_, index_, *table_, others.columns());
  RowBatch batch;
  for (std::uint64_t row = 1; which.empty() && rows.next(batch);)
    for (std::size_t i = 0; i < batch.rows() && which.empty(); ++i, ++row)
      if (others.has(batch.row(i))) which = "Row " + std::to_string(row) + " is one of them";
  if (which.empty()) return;
  throw Error(code::kDuplicateKey,
              "table \"" + table_->name + "\": two rows of the document are one row of the database, by (" +
                  names_of(*table_->target, others.columns()) + ")",
              which + "; their keys differ, and the database takes them for the same.",
              "Leave one of them out of the document.");
}

WriteCounts TableWriter::put(const Way& way, RowReader& rows) {
  if (way.key.empty()) return {host_.insert(way.insert, rows), 0};
  return host_.write({table_->target, way.key, way.insert.columns}, rows);
}

void TableWriter::count(const WriteCounts& counts) {
  result_.inserted += counts.inserted;
  result_.updated += counts.updated;
}

void TableWriter::require(std::uint64_t written, std::uint64_t given) const {
  if (written == given) return;
  throw Error(code::kNotReachable,
              "table \"" + table_->name + "\": " + std::to_string(written) + " of " + std::to_string(given) +
                  " rows were " + (result_.updated > 0 ? "written" : "inserted"),
              "A trigger or a rule of the table kept rows back.");
}

// Counts what was written of the rows that were given.
void TableWriter::settle(const Way& way, const WriteCounts& counts, std::uint64_t given) {
  count(counts);
  const std::uint64_t written = counts.inserted + counts.updated;
  if (way.insert.skip_conflicts)
    result_.skipped += given - written;
  else
    require(written, given);
}

std::optional<std::uint64_t> TableWriter::Between::source_of(std::uint64_t given) const {
  const auto before = [&](const RowNumbers& numbers) {
    const std::uint64_t from_one = numbers.at(given);
    given = from_one - 1;
    return from_one != 0;
  };
  if (matched != nullptr && !before(matched->numbers())) return std::nullopt;
  if (remapped != nullptr && !before(remapped->numbers())) return std::nullopt;
  return given;
}

// Where the row is, and what could be done.
void TableWriter::explain(Error& error, const Part& part, const Way& way, const Between& between) {
  if (!way.key.empty() && is_violated_key(error) && error.hint.empty())
    error.hint =
        "If a row that comes later in the document gives the value up: only a unique constraint that is "
        "DEFERRABLE waits for it.";
  if (way.mode == OnConflict::skip && remapping_ != nullptr && is_broken_reference(error) &&
      error.hint.empty())
    error.hint =
        "The row may be one of the document that on_conflict \"skip\" leaves out, since another unique key "
        "clashes; ids are those that rows get.";
  const std::optional<std::uint64_t> number = error.row ? between.source_of(*error.row) : std::nullopt;
  if (!number) {
    error.row.reset();
    error.at(place_text(table_->name, 0));
    return;
  }
  TableRows rows(host_, input_, index_, *table_, way.insert.columns);
  rows.set_filter(part.filter, part.cell);
  const TableRows::Place place = rows.locate(*number);
  error.at(place_text(table_->name, place.row) + " (line " + std::to_string(place.line) +
           " of the document)");
}

void TableWriter::write_chunks(const Way& way, TableRows& rows, RowReader& read, const Between& between) {
  RowChunk chunk(read.columns());
  PendingRows pending(*table_->target, way.insert.columns, read.columns() - way.insert.columns.size());
  std::uint64_t first = 0;  // of the chunk's rows, among all that `read` gives
  const auto document_row = [&](std::size_t index) {
    const std::optional<std::uint64_t> number = between.source_of(first + index);
    return number ? rows.numbers().at(*number) : 0;
  };
  const std::size_t batch = std::min(options_.batch_rows, RowBatch::kMaxRows);
  for (; chunk.fill(read, options_.batch_rows, batch); first += chunk.rows()) {
    std::vector<std::size_t> begins(chunk.rows() + 1);
    std::iota(begins.begin(), begins.end(), 0);
    write_tried(way, chunk, begins, [&](std::size_t row, const Error& error) {
      if (pending.takes(error))
        pending.add(chunk.row(row), document_row(row));
      else
        options_.collect->add(table_->name, document_row(row), error);
    });
  }
  write_pending(way, pending);
}

// The rows that they reference are there by now, or will never be.
void TableWriter::write_pending(const Way& way, const PendingRows& pending) {
  if (pending.empty()) return;
  const std::vector<PendingRows::Group> groups = pending.groups();
  RowChunk chunk(way.insert.columns.size() + (way.key.empty() ? 0 : 1));
  for (auto group = groups.begin(); group != groups.end();) {
    chunk.clear();
    std::vector<std::size_t> begins = {0};
    std::vector<std::uint64_t> numbers;
    do {
      for (const std::size_t row : *group) {
        chunk.add(pending.row(row));
        numbers.push_back(pending.number(row));
      }
      begins.push_back(chunk.rows());
      ++group;
    } while (group != groups.end() && chunk.rows() + group->size() <= options_.batch_rows);
    write_tried(way, chunk, begins, [&](std::size_t row, const Error& error) {
      options_.collect->add(table_->name, numbers[row], error);
    });
  }
}

// Rows that reference each other, where the engine looks at each by itself; false when they are bad.
bool TableWriter::write_deferred(const Way& way, const RowChunk& chunk, std::size_t begin, std::size_t end) {
  if (!may_defer_ || !has_deferrable_self_reference(*table_->target)) return false;
  const Table* const table = table_->target;
  WriteCounts counts;
  try {
    in_savepoint(host_, [&] {
      host_.defer_foreign_keys({&table, 1});
      RowChunk::Part part(chunk, begin, end);
      counts = put(way, part);
      host_.restore_foreign_keys();
    });
  } catch (const Error& error) {
    if (is_of_circumstances(error)) throw;
    return false;
  }
  count(counts);
  return true;
}

// Bad rows are found by what the host says, or by halves where it does not know.
void TableWriter::write_tried(const Way& way, const RowChunk& chunk, const std::vector<std::size_t>& begins,
                              const Reject& reject) {
  struct Range {  // of groups of rows that stay together
    std::size_t begin, end;
  };
  std::vector<Range> waiting = {{0, begins.size() - 1}};  // the next one is the last
  while (!waiting.empty()) {
    const auto [begin, end] = waiting.back();
    waiting.pop_back();
    const std::size_t first = begins[begin], behind = begins[end];
    try {
      WriteCounts counts;
      in_savepoint(host_, [&] {
        RowChunk::Part part(chunk, first, behind);
        counts = put(way, part);
      });
      count(counts);
      const std::uint64_t written = counts.inserted + counts.updated;
      if (way.insert.skip_conflicts)
        result_.skipped += behind - first - written;
      else
        require(written, behind - first);
    } catch (const Error& error) {
      if (is_of_circumstances(error) || error.code == code::kNotReachable) throw;
      const auto reject_group = [&](std::size_t group) {
        for (std::size_t row = begins[group]; row < begins[group + 1]; ++row) reject(row, error);
      };
      if (end - begin == 1) {
        if (behind - first == 1 || !write_deferred(way, chunk, first, behind)) reject_group(begin);
      } else if (error.row && *error.row < behind - first) {
        const std::size_t row = first + static_cast<std::size_t>(*error.row);
        const auto after = std::ranges::upper_bound(begins, row);
        const std::size_t bad = static_cast<std::size_t>(after - begins.begin()) - 1;
        const bool alone = begins[bad + 1] - begins[bad] == 1;
        if (alone) reject_group(bad);
        if (bad + 1 < end) waiting.push_back({bad + 1, end});
        if (!alone) waiting.push_back({bad, bad + 1});
        if (begin < bad) waiting.push_back({begin, bad});
      } else {
        const std::size_t middle = begin + (end - begin) / 2;
        waiting.push_back({middle, end});
        waiting.push_back({begin, middle});
      }
    }
  }
}

}  // namespace whimbrel
