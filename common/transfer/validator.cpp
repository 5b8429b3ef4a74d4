#include "common/transfer/validator.h"

#include <algorithm>
#include <numeric>

#include "common/error.h"
#include "common/transfer/digest.h"
#include "common/transfer/repeated_values.h"
#include "common/transfer/row_check.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

constexpr std::uint64_t kRowsPerInterrupt = 256;

bool source_is_dynamic(const Metadata& metadata, const Dialect& dialect) {
  if (metadata.engine.empty()) return dialect.dynamic_types;
  return metadata.engine == dialect.engine ? dialect.dynamic_types : metadata.engine == "sqlite";
}

// How a column of the document was meant by the engine that wrote it.
ColumnReading source_reading(const Dialect& dialect, const Metadata& metadata, const DocumentColumn& column) {
  // An unknown type's values say themselves what they are.
  const Kind kind = column.kind == Kind::other ? Kind::any : column.kind;
  return column_reading(kind, column.type, source_is_dynamic(metadata, dialect), true);
}

bool gives_same_digest(const ColumnReading& target, const ColumnReading& source) {
  if (target.kind != source.kind || target.single != source.single) return false;
  if (target.limit && target.limit->fills_up()) return false;
  if (target.array_limit && target.array_limit->fills_up()) return false;
  // A decimal takes the digits that a document has of a real; there they are those of a double.
  if (target.kind == Kind::numeric && target.dynamic != source.dynamic) return false;
  if (target.widened || (target.bad_text != BadText::error && source.dynamic)) return false;
  return target.dynamic == source.dynamic || !target.wants_raw();
}

TableName document_table_name(const std::string& name, const Table* target) {
  if (target != nullptr) return {target->schema, target->name, target->in_default_schema, target->own};
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return {"", name, true, false};
  return {name.substr(0, dot), name.substr(dot + 1), false, false};
}

const DocumentColumn* declared_column(const IndexedTable& table, const std::string& name) {
  if (table.declared == nullptr) return nullptr;
  for (const DocumentColumn& column : table.declared->columns)
    if (column.name == name) return &column;
  return nullptr;
}

}  // namespace

// One table while its rows are read.
struct DocumentCheck::Work {
  std::unique_ptr<RowParser> parser;  // null: rows are only counted
  std::optional<TableDigest> source_digest;
  std::optional<TableDigest> target_digest;
  std::vector<Cell> cells;
  std::vector<Cell> source_cells;
  std::unique_ptr<RowCheck> row_check;  // null: nobody asks
  std::optional<RepeatedValues> unique_keys;
  std::vector<std::size_t> lacking;  // parser columns that the target lacks and that no row has had yet
  std::string undeclared;            // a key that the metadata does not declare
  bool faulty = false;               // has problems of its own already
};

DocumentCheck::DocumentCheck(Host& host, const ValidationRequest& request, Problems& problems)
    : host_(host), request_(request), problems_(problems) {
  index_->bad_text = request.bad_text;
  index_->widened = request.widened;
  index_->must_fit = request.must_fit;
  index_->renames = request.renames;
}

DocumentCheck::~DocumentCheck() = default;

// What ends the reading is kept for finish(). An error of the server (a cancel, a lost privilege) is none of
// the document.
template <typename Body>
void DocumentCheck::guard(Body&& body) {
  if (fatal_) return;
  try {
    body();
  } catch (const Error& error) {
    if (!is_of_document(error)) throw;
    fatal_ = error;
    if (current_ != kNone) fatal_->at(place_text(table().name, table().rows));
  }
}

const DocumentIndex& DocumentCheck::begin() {
  guard([&] {
    const DocumentOutline outline = read_outline(host_, *request_.input);
    index_->layout = outline.layout;
    index_->metadata = outline.metadata;
    stream_ = request_.input->open({}, index_->layout == Layout::lines);
    cursor_.emplace(stream_->reader(), index_->layout);
  });
  return *index_;
}

DocumentCheck::Match DocumentCheck::match(const std::string& table) const {
  Match match;
  match.target = find_target(table);
  match.name = document_table_name(table, match.target);
  match.selected = is_selected(match.name, request_.selection);
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const std::string display_name = match.name.display_name();
  if (has(request_.left_out, display_name) && !has(request_.selection.tables, display_name))
    match.selected = false;
  return match;
}

DocumentPart DocumentCheck::take_part() {
  return ahead_ ? *std::exchange(ahead_, std::nullopt) : cursor_->next();
}

bool DocumentCheck::next_table() {
  bool found = false;
  guard([&] {
    while (!found) {
      switch (take_part()) {
        case DocumentPart::metadata:
          if (has_metadata_) throw Error(code::kDuplicateKey, "the document has two keys \"metadata\"");
          has_metadata_ = true;
          cursor_->reader().skip_value();
          break;
        case DocumentPart::table:
          begin_table();
          found = true;
          break;
        case DocumentPart::row:
          if (arena_.used() > RowBatch::kMaxBytes) arena_.clear();
          read_row(works_[current_].cells.data(), arena_);
          if (table().rows % kRowsPerInterrupt == 0) {
            host_.check_interrupt();
            host_.advance_job(0, table().rows);
          }
          break;
        case DocumentPart::end_mark:
          if (end_) throw Error(code::kDuplicateKey, "the document has two keys \"$end\"");
          end_ = read_end_mark(cursor_->reader());
          break;
        case DocumentPart::end:
          ahead_ = DocumentPart::end;
          return;
      }
    }
  });
  return found;
}

bool DocumentCheck::has_row() {
  guard([&] {
    if (!ahead_) ahead_ = cursor_->next();
  });
  return !fatal_ && ahead_ == DocumentPart::row;
}

bool DocumentCheck::next_row(Cell* cells, Arena& arena) {
  if (!has_row()) return false;
  guard([&] {
    ahead_.reset();
    read_row(cells, arena);
  });
  return !fatal_;
}

std::unique_ptr<DocumentIndex> DocumentCheck::finish() {
  current_ = kNone;
  was_read_ = !fatal_;
  guard([&] { check_tables(); });
  if (fatal_ && problems_.empty()) throw Error(*fatal_);
  if (fatal_) problems_.add({fatal_->code, "", 0, "", fatal_->message, json::Position{0, 0, 0}});
  return std::move(index_);
}

const Table* DocumentCheck::find_target(const std::string& document_name) const {
  const std::string& name = request_.renames.table(document_name);
  for (const Table& table : request_.schema->tables)
    if (table.display_name() == name) return &table;
  // Written where another schema was the default one, or by hand.
  for (const Table& table : request_.schema->tables)
    if (table.schema + "." + table.name == name) return &table;
  return nullptr;
}

void DocumentCheck::begin_table() {
  const DocumentCursor& cursor = *cursor_;
  const auto known = by_name_.find(cursor.table());
  if (known == by_name_.end()) {
    current_ = add_table(cursor.table());
  } else if (index_->layout == Layout::lines) {
    current_ = known->second;
  } else {
    throw Error(code::kDuplicateKey, "the document has two keys \"" + document_key(cursor.table()) + "\"");
  }
  IndexedTable& table = index_->tables[current_];
  if (table.has_rows_part) return;
  table.has_rows_part = true;
  table.start = cursor.table_start();
  if (is_unknown(table)) {
    report_unknown_table(table, table.start);
  }
}

bool DocumentCheck::is_unknown(const IndexedTable& table) const {
  const bool will_be_made =
      request_.makes_tables && table.declared != nullptr && !table.declared->columns.empty();
  return table.target == nullptr && table.selected && request_.must_fit && !will_be_made;
}

void DocumentCheck::report_unknown_table(const IndexedTable& table, const json::Position& position) {
  if (request_.renames.tables.contains(table.name)) return;  // check_renames() says it
  Error error = unknown_table(table.name, table_names(*request_.schema));
  std::string message = error.message;
  if (!error.hint.empty()) message += " (d" + error.hint.substr(1) + ")";
  problems_.add({error.code, "", 0, "", std::move(message), position});
}

std::size_t DocumentCheck::add_table(const std::string& name) {
  const std::size_t number = index_->tables.size();
  by_name_.emplace(name, number);
  IndexedTable table;
  table.name = name;
  const Match found = match(name);
  table.target = found.target;
  for (const IndexedTable& other : index_->tables)
    if (found.target != nullptr && other.target == found.target)
      throw Error(code::kDuplicateKey,
                  "the document has one table twice, as \"" + other.name + "\" and as \"" + name + "\"");
  table.declared = index_->metadata.find(name);
  names_.push_back(found.name);
  table.selected = found.selected;
  works_.push_back(prepare(table));
  index_->tables.push_back(std::move(table));
  return number;
}

DocumentCheck::Work DocumentCheck::prepare(IndexedTable& table) {
  Work work;
  const Table* target = table.selected ? table.target : nullptr;
  std::vector<ParserColumn> columns;
  std::vector<TableDigest::Column> source_columns;
  std::vector<TableDigest::Column> target_columns;
  std::size_t cells = 0;
  if (target != nullptr) {
    for (std::size_t i = 0; i < target->columns.size(); ++i) {
      const Column& column = target->columns[i];
      ParserColumn parsed;
      parsed.name = request_.renames.key(table.name, column.name);
      if (!column.generated && !index_->metadata.is_redacted(table.name, parsed.name)) {
        parsed.cell = cells++;
        parsed.reading =
            target_reading(host_.dialect(), *index_, column, declared_column(table, parsed.name));
        table.columns.push_back({i, parsed.name, Presence::none});
      }
      columns.push_back(std::move(parsed));
    }
  }
  if (table.declared != nullptr) {
    for (std::size_t i = 0; i < table.declared->columns.size(); ++i) {
      const DocumentColumn& column = table.declared->columns[i];
      auto parsed = std::find_if(columns.begin(), columns.end(),
                                 [&](const ParserColumn& entry) { return entry.name == column.name; });
      if (parsed == columns.end()) {
        if (target != nullptr) {
          work.lacking.push_back(columns.size());
        } else {
          table.columns.push_back({Table::npos, column.name, Presence::none});
        }
        columns.push_back({});
        parsed = columns.end() - 1;
        parsed->name = column.name;
      }
      // What stands there instead of a secret is no value.
      if (index_->metadata.is_redacted(table.name, column.name)) continue;
      parsed->source_cell = i;
      parsed->quoted = &column.quoted;
      parsed->source_reading = source_reading(host_.dialect(), index_->metadata, column);
      parsed->same_reading = gives_same_digest(parsed->reading, parsed->source_reading);
      source_columns.push_back({column.name, column.kind, i});
      if (parsed->cell != ParserColumn::kNone) {
        const std::string& name = request_.renames.column(table.name, column.name);
        const Column& held = target->columns[target->find_column(name)];
        target_columns.push_back({held.name, held.kind, parsed->cell});
      }
    }
    // Where each column is read in one way only, both digests are the same.
    const bool differ = !request_.renames.columns.empty() ||
                        std::any_of(columns.begin(), columns.end(), [](const ParserColumn& column) {
                          return column.source_cell != ParserColumn::kNone &&
                                 (column.cell == ParserColumn::kNone || !column.same_reading);
                        });
    work.source_digest.emplace(std::move(source_columns));
    if (target != nullptr && differ && !want_values_) work.target_digest.emplace(std::move(target_columns));
  }
  if (target == nullptr && table.declared == nullptr) return work;
  if (target != nullptr && request_.row_checks != nullptr && !want_values_) {
    std::vector<std::size_t> targets;
    for (const IndexedColumn& column : table.columns) targets.push_back(column.target);
    const OnConflict mode = request_.on_conflict == nullptr
                                ? OnConflict::error
                                : request_.on_conflict->of(document_table_name(table.name, target));
    const bool inserts = mode == OnConflict::error || mode == OnConflict::skip;
    work.row_check = std::make_unique<RowCheck>(host_.dialect(), *target, targets, inserts);
    if (request_.unique_keys && mode != OnConflict::skip) {
      if (!space_) space_.emplace(host_.dialect().temporary_directory);
      work.unique_keys.emplace(*target, targets, *space_);
    }
  }
  work.cells.resize(cells);
  work.source_cells.resize(table.declared != nullptr ? table.declared->columns.size() : 0);
  work.parser = std::make_unique<RowParser>(std::move(columns), want_values_ && target != nullptr
                                                                    ? RowParser::Use::values_and_digest
                                                                    : RowParser::Use::digest);
  return work;
}

void DocumentCheck::read_row(Cell* cells, Arena& arena) {
  IndexedTable& table = index_->tables[current_];
  Work& work = works_[current_];
  ++table.rows;
  if (work.parser == nullptr) {
    cursor_->reader().skip_value();
    return;
  }
  row_is_faulty_ = false;
  row_is_complete_ = work.parser->parse(cursor_->reader(), cells, work.source_cells.data(), arena, *this);
  if (work.source_digest) work.source_digest->add(work.source_cells.data());
  if (work.target_digest) work.target_digest->add(work.cells.data());
  if (work.row_check != nullptr) check_row(cells);
  for (std::size_t i = 0; i < work.lacking.size();) {
    const std::size_t column = work.lacking[i];
    if (work.parser->present(column) == 0) {
      ++i;
      continue;
    }
    report_unknown_column(work.parser->columns()[column].name, cursor_->reader().position());
    work.lacking.erase(work.lacking.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void DocumentCheck::check_row(const Cell* cells) {
  const IndexedTable& table = index_->tables[current_];
  if (auto& unique_keys = works_[current_].unique_keys) unique_keys->add(table.rows, cells);
  works_[current_].row_check->check(cells, row_is_faulty_, [&](std::size_t column, std::string message) {
    Problems& problems = *request_.row_checks;
    const bool positioned = problems.count() < Problems::kKept;
    problems.add({std::string(code::kWrongType), table.name, table.rows, table.target->columns[column].name,
                  std::move(message), positioned ? cursor_->reader().position() : json::Position()});
  });
}

// Rows that do not stand in the order of their key are read once more.
void DocumentCheck::report_repeated_keys() {
  for (std::size_t i = 0; i < works_.size(); ++i) {
    if (auto& unique_keys = works_[i].unique_keys)
      unique_keys->report(index_->tables[i].name, *request_.row_checks);
    if (works_[i].row_check == nullptr || works_[i].row_check->order().rises()) continue;
    const IndexedTable& table = index_->tables[i];
    const std::vector<std::size_t>& key = table.target->primary_key;
    std::vector<std::size_t> cells(key.size());
    std::iota(cells.begin(), cells.end(), 0);
    SpillSpace space(host_.dialect().temporary_directory);
    KeyHashes hashes(std::move(cells), space);
    BadRows bad;  // told already
    TableRows rows(host_, *request_.input, *index_, table, key);
    rows.collect(bad);
    RowBatch batch;
    for (std::uint64_t first = 0; rows.next(batch); first += batch.rows())
      for (std::size_t row = 0; row < batch.rows(); ++row)
        hashes.add(rows.numbers().at(first + row), batch.row(row));
    report_repeated(table.name, hashes, "key", *request_.row_checks);
  }
}

void DocumentCheck::report_unknown_column(const std::string& name, const json::Position& position) {
  IndexedTable& table = index_->tables[current_];
  table.unknown_columns.push_back(name);
  works_[current_].faulty = true;
  if (!request_.must_fit) return;
  std::vector<std::string_view> known;
  for (const Column& column : table.target->columns) known.push_back(column.name);
  const std::string_view near = nearest_name(name, known);
  std::string message = "column \"" + name + "\" does not exist";
  if (near == name)
    message = "by the option \"rename\", column \"" + name + "\" is for the key \"" +
              request_.renames.key(table.name, name) + "\"";
  else if (!near.empty())
    message += " (did you mean \"" + std::string(near) + "\"?)";
  problems_.add(
      {std::string(code::kUnknownColumn), table.name, table.rows, "", std::move(message), position});
}

void DocumentCheck::unknown_column(const std::string& name) {
  IndexedTable& table = index_->tables[current_];
  Work& work = works_[current_];
  if (table.declared != nullptr && work.undeclared.empty()) work.undeclared = name;
  if (!table.selected || table.target == nullptr) return;
  auto& reported = table.unknown_columns;
  // Each name once, and not more of them than anybody reads.
  if (reported.size() >= Problems::kKept ||
      std::find(reported.begin(), reported.end(), name) != reported.end()) {
    return;
  }
  report_unknown_column(name, cursor_->reader().position());
}

void DocumentCheck::duplicate_column(const std::string& name) {
  row_is_faulty_ = true;
  const IndexedTable& table = index_->tables[current_];
  works_[current_].faulty = true;
  row_problems().add({std::string(code::kDuplicateKey), table.name, table.rows, name,
                      "the key stands twice in the row", cursor_->reader().position()});
}

void DocumentCheck::misfit(const std::string& column, const Misfit& misfit) {
  row_is_faulty_ = true;
  const IndexedTable& table = index_->tables[current_];
  works_[current_].faulty = true;
  Problems& problems = row_problems();
  const bool positioned = problems.count() < Problems::kKept;
  problems.add({std::string(misfit.code), table.name, table.rows, column, misfit.message,
                positioned ? cursor_->reader().position() : json::Position()});
}

void DocumentCheck::check_tables() {
  for (const DocumentTable& declared : index_->metadata.tables) {
    if (by_name_.contains(declared.name)) continue;
    const std::size_t number = add_table(declared.name);
    const IndexedTable& table = index_->tables[number];
    if (index_->layout != Layout::lines) {
      damaged(declared.name, "it is in the metadata but has no rows part");
    } else if (is_unknown(table)) {
      report_unknown_table(table, {0, 0, 0});
    }
  }
  for (std::size_t i = 0; i < index_->tables.size(); ++i) finish_table(index_->tables[i], works_[i]);
  report_repeated_keys();
  check_renames();
  check_end();
  require_matches(names_, request_.selection);
}

void DocumentCheck::check_renames() const {
  const auto refuse = [](const std::string& what, const std::string& name) {
    throw Error(code::kUnknownTable, "option \"rename\": " + what + " \"" + name + "\"");
  };
  for (const auto& [from, to] : request_.renames.tables) {
    if (!by_name_.contains(from)) refuse("the document has no table", from);
    if (is_unknown(index_->tables[by_name_.find(from)->second])) refuse("there is no table", to);
  }
  for (const auto& [from, to] : request_.renames.columns) {
    const auto table = std::ranges::find_if(
        index_->tables, [&name = from](const IndexedTable& one) { return name.starts_with(one.name + "."); });
    if (table == index_->tables.end()) refuse("the document has no table of column", from);
    if (!table->selected || table->target == nullptr) continue;
    if (table->target->find_column(to) == Table::npos)
      throw Error(code::kUnknownColumn, "option \"rename\": table \"" + table->target->display_name() +
                                            "\" has no column \"" + to + "\"");
    const std::string name = from.substr(table->name.size() + 1);
    const auto column = std::ranges::find(table->columns, name, &IndexedColumn::name);
    const bool in_rows = column != table->columns.end() && column->presence != Presence::none;
    if (table->declared != nullptr ? declared_column(*table, name) == nullptr : table->rows > 0 && !in_rows)
      throw Error(code::kUnknownColumn, "option \"rename\": the document has no column \"" + from + "\"");
  }
}

void DocumentCheck::finish_table(IndexedTable& table, Work& work) {
  if (work.parser == nullptr) return;
  const auto& parsed = work.parser->columns();
  table.documents_known = work.parser->knows_documents();
  std::size_t next = 0;
  for (IndexedColumn& column : table.columns) {
    while (parsed[next].name != column.name) ++next;
    const std::uint64_t present = work.parser->present(next);
    column.documents = work.parser->documents(next);
    column.presence = present == 0 ? Presence::none : present == table.rows ? Presence::all : Presence::some;
  }
  auto& digest = work.target_digest ? work.target_digest : work.source_digest;
  if (digest) table.target_digest = digest->digest();
}

void DocumentCheck::damaged(const std::string& table, std::string message) {
  problems_.add({std::string(code::kDamagedDocument), table, 0, "", "damaged document: " + std::move(message),
                 json::Position{0, 0, 0}});
}

// A key in the rows that the metadata does not declare, or "".
std::string DocumentCheck::undeclared_key(const IndexedTable& table, const Work& work) {
  if (table.declared == nullptr || !work.undeclared.empty() || work.parser == nullptr) return work.undeclared;
  const auto& columns = work.parser->columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // A declared column that is not read stands there instead of a secret.
    if (columns[i].source_cell == ParserColumn::kNone && work.parser->present(i) > 0 &&
        declared_column(table, columns[i].name) == nullptr)
      return columns[i].name;
  }
  return {};
}

void DocumentCheck::check_end() {
  if (!end_) {
    if (!index_->metadata.tables.empty()) damaged("", "it has no $end, so it was cut off");
    return;
  }
  for (const TableEnd& end : end_->tables) {
    const auto found = by_name_.find(end.name);
    if (found == by_name_.end()) {
      damaged(end.name, "it is in $end but nowhere else");
      continue;
    }
    const IndexedTable& table = index_->tables[found->second];
    Work& work = works_[found->second];
    if (table.rows != end.rows) {
      damaged(end.name,
              "it has " + std::to_string(table.rows) + " rows, $end says " + std::to_string(end.rows));
    } else if (work.faulty) {
      continue;
    } else if (const std::string key = undeclared_key(table, work); !key.empty()) {
      damaged(end.name, "a row has a column \"" + key + "\" that the metadata does not know");
    } else if (work.source_digest && !end.digest.empty()) {
      const std::string digest = to_hex(work.source_digest->digest());
      if (digest != end.digest) {
        damaged(end.name, "the digest of its rows is " + digest + ", $end says " + end.digest);
      }
    }
  }
  for (const IndexedTable& table : index_->tables) {
    if (end_->find(table.name) == nullptr) damaged(table.name, "it is not in $end");
  }
}

const IndexedTable* DocumentIndex::find(std::string_view table) const {
  for (const IndexedTable& entry : tables)
    if (entry.name == table) return &entry;
  return nullptr;
}

ColumnReading target_reading(const Dialect& dialect, const DocumentIndex& index, const Column& column,
                             const DocumentColumn* declared) {
  ColumnReading reading =
      column_reading(column.kind, column.storage_type(), dialect.dynamic_types, dialect.text_may_hold_nul);
  reading.source_dynamic = source_is_dynamic(index.metadata, dialect);
  if (index.must_fit && reading.dynamic) reading.affinity = column.affinity;
  if (declared != nullptr) reading.source_kind = declared->kind;
  if (declared != nullptr && !reading.dynamic) {
    reading.limit = limit_beside(column, *declared, reading.source_dynamic);
    if (!has_same_limits(column, *declared, reading.source_dynamic))
      reading.array_limit = ArrayLimit::of(column.storage_type(), declared->type);
    reading.keeps_number = !index.must_fit;
  }
  reading.bad_text = index.bad_text;
  reading.widened = index.widened && reading.source_dynamic && !reading.dynamic;
  return reading;
}

std::unique_ptr<DocumentIndex> validate_document(Host& host, const ValidationRequest& request,
                                                 Problems& problems) {
  DocumentCheck check(host, request, problems);
  check.begin();
  while (check.next_table()) {
  }
  return check.finish();
}

}  // namespace whimbrel
