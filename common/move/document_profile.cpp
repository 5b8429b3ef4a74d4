#include "common/move/document_profile.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "common/transfer/row_parser.h"

namespace whimbrel::move {

namespace {

class NoFaults : public RowFaults {
 public:
  void unknown_column(const std::string&) override {}
  void duplicate_column(const std::string&) override {}
  void misfit(const std::string&, const Misfit&) override {}
};

// The cells of a row are those that the profiler wants.
struct Work {
  explicit Work(const Table& table)
      : profiler(table, GeneratedColumns::have_none), cells(profiler.columns().size()) {
    std::vector<ParserColumn> columns;
    for (std::size_t i = 0; i < profiler.columns().size(); ++i) {
      const Column& column = table.columns[profiler.columns()[i]];
      ParserColumn parsed;
      parsed.name = column.name;
      parsed.cell = i;
      parsed.reading = column_reading(column.kind, column.type, true, true);
      columns.push_back(std::move(parsed));
    }
    parser = std::make_unique<RowParser>(std::move(columns));
  }

  TableProfiler profiler;
  std::vector<Cell> cells;
  std::unique_ptr<RowParser> parser;
};

}  // namespace

std::vector<TableProfile> profile_document(Host& host, const DocumentInput& input,
                                           const DocumentOutline& outline,
                                           const std::vector<SourceTable>& tables,
                                           const std::vector<std::string>& names) {
  std::map<std::string, std::unique_ptr<Work>> works;
  for (std::size_t i = 0; i < tables.size(); ++i)
    works.emplace(names[i], std::make_unique<Work>(tables[i].table));
  const auto stream = input.open({}, outline.layout == Layout::lines);
  DocumentCursor cursor(stream->reader(), outline.layout);
  NoFaults faults;
  Arena arena;
  std::uint64_t rows = 0;
  for (DocumentPart part = cursor.next(); part != DocumentPart::end; part = cursor.next()) {
    if (part == DocumentPart::table) continue;
    const auto work = part == DocumentPart::row ? works.find(cursor.table()) : works.end();
    if (work == works.end()) {
      cursor.reader().skip_value();
      continue;
    }
    constexpr std::uint64_t kRowsPerLook = 256;
    if (rows++ % kRowsPerLook == 0) host.check_interrupt();
    arena.clear();
    Work& one = *work->second;
    one.parser->parse(cursor.reader(), one.cells.data(), nullptr, arena, faults);
    for (Cell& cell : one.cells)
      if (cell.tag == Tag::absent) cell = Cell();
    one.profiler.add(one.cells.data());
  }
  std::vector<TableProfile> profiles;
  for (const std::string& name : names) profiles.push_back(works.at(name)->profiler.take());
  return profiles;
}

}  // namespace whimbrel::move
