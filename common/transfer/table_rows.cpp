#include "common/transfer/table_rows.h"

#include <algorithm>
#include <utility>

#include "common/error.h"

namespace whimbrel {

namespace {

RowParser make_parser(Host& host, const DocumentIndex& index, const IndexedTable& table,
                      const std::vector<std::size_t>& columns) {
  std::vector<ParserColumn> parsed;
  for (std::size_t i = 0; i < table.target->columns.size(); ++i) {
    const Column& column = table.target->columns[i];
    ParserColumn entry;
    entry.name = index.renames.key(table.name, column.name);
    const auto wanted = std::find(columns.begin(), columns.end(), i);
    if (wanted != columns.end()) {
      entry.cell = static_cast<std::size_t>(wanted - columns.begin());
      const DocumentColumn* declared = nullptr;
      if (table.declared != nullptr) {
        for (const DocumentColumn& candidate : table.declared->columns)
          if (candidate.name == entry.name) declared = &candidate;
      }
      if (declared != nullptr) entry.quoted = &declared->quoted;
      entry.reading = target_reading(host.dialect(), index, column, declared);
    }
    parsed.push_back(std::move(entry));
  }
  return RowParser(std::move(parsed), table.documents_known ? RowParser::Use::again : RowParser::Use::values);
}

}  // namespace

TableRows::TableRows(Host& host, const DocumentInput& input, const DocumentIndex& index,
                     const IndexedTable& table, std::vector<std::size_t> columns)
    : host_(host),
      table_(table),
      columns_(std::move(columns)),
      stream_(input.open(table.start, true)),
      cursor_(DocumentCursor::at_table(stream_->reader(), index.layout, table.name)),
      parser_(make_parser(host, index, table, columns_)) {}

bool TableRows::advance() {
  if (rows_read_ == table_.rows) {
    check_documents();
    return false;
  }
  for (;;) {
    const DocumentPart part = cursor_.next();
    if (part == DocumentPart::row && cursor_.table() == table_.name) {
      ++rows_read_;
      return true;
    }
    if (part == DocumentPart::end) changed();
    // Lines of other tables may stand between.
    if (part != DocumentPart::table) cursor_.reader().skip_value();
  }
}

// The parser followed the documents without checking them: they must be those that were checked.
void TableRows::check_documents() const {
  if (!parser_.knows_documents()) return;
  for (const IndexedColumn& column : table_.columns) {
    // The parser has a column for each of the target, in its order.
    const bool read = std::find(columns_.begin(), columns_.end(), column.target) != columns_.end();
    if (read && parser_.documents(column.target) != column.documents) changed();
  }
}

bool TableRows::read_row(Cell* cells, Arena& arena) {
  parser_.parse(cursor_.reader(), cells, nullptr, arena, *this);
  if (!fault_.empty()) {
    bad_->add({table_.name, rows_read_, std::exchange(fault_, {})});
    return false;
  }
  if (filter_ == Filter::all) return true;
  return (cells[filter_cell_].tag == Tag::absent) == (filter_ == Filter::absent);
}

bool TableRows::next(RowBatch& batch) {
  // More than one turn only when a filter left everything out.
  do {
    batch.reset(columns_.size());
    if (!apart_) {
      host_.check_interrupt();
      host_.advance_job(0, rows_read_);
    }
    while (!batch.full() && batch.rows() < batch_rows_ && advance()) {
      if (!read_row(batch.append(), batch.arena()))
        batch.drop_last();
      else if (bad_ != nullptr)
        numbers_.add(rows_read_);
    }
    given_ += batch.rows();
  } while (batch.empty() && rows_read_ != table_.rows);
  return !batch.empty();
}

TableRows::Place TableRows::locate(std::uint64_t number) {
  std::vector<Cell> cells(columns_.size());
  Arena arena;
  std::uint64_t given = 0;
  while (advance()) {
    arena.clear();
    if (read_row(cells.data(), arena) && given++ == number) {
      return {rows_read_, cursor_.reader().position().line};
    }
  }
  return {};
}

void TableRows::changed() const {
  throw Error(code::kDamagedDocument, "table \"" + table_.name + "\": the document changed while it was read",
              "Its second reading differs from the first.");
}

void TableRows::fault(std::string message) {
  if (bad_ == nullptr) changed();
  if (fault_.empty()) fault_ = std::move(message);
}

void TableRows::unknown_column(const std::string&) {}

void TableRows::duplicate_column(const std::string& name) {
  fault("column \"" + name + "\": the key stands twice in the row");
}

void TableRows::misfit(const std::string& column, const Misfit& misfit) {
  fault("column \"" + column + "\": " + misfit.message);
}

}  // namespace whimbrel
