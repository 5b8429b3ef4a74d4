// What the core itself costs per row, without any database: cells -> JSON text and digest (export), JSON text
// -> cells with and without the digest (the two passes of an import). Time per iteration is time per row.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/transfer/conversion.h"
#include "common/transfer/digest.h"
#include "common/transfer/row_parser.h"
#include "common/transfer/row_writer.h"
#include "common/value.h"

namespace whimbrel {
namespace {

constexpr std::size_t kRows = 256;

struct Shape {
  std::vector<RowWriter::Column> columns;
  std::vector<Cell> cells;  // kRows rows
  std::vector<std::string> texts;

  const Cell* row(std::size_t i) const { return cells.data() + i * columns.size(); }
};

std::int64_t random_number(std::int64_t i) { return (i * 7919 + 104729) % 1'000'003; }

Shape narrow_rows() {
  Shape shape;
  shape.columns = {{"id", Kind::integer}, {"n", Kind::integer}, {"label", Kind::text}};
  shape.texts.resize(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    shape.texts[i] = "item " + std::to_string(random_number(number));
    shape.cells.push_back(Cell::integer_of(2'000'000 + number));
    shape.cells.push_back(Cell::integer_of(random_number(number)));
    shape.cells.push_back(Cell::text(shape.texts[i]));
  }
  return shape;
}

Shape log_rows() {
  Shape shape;
  shape.columns = {{"id", Kind::integer},
                   {"agent_id", Kind::integer},
                   {"workflow_id", Kind::integer},
                   {"level", Kind::text},
                   {"message", Kind::text},
                   {"duration_ms", Kind::integer},
                   {"created_at", Kind::timestamptz}};
  shape.texts.resize(kRows);
  constexpr const char* kLevels[] = {"debug", "info", "warn", "error"};
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    shape.texts[i] = "agent finished step " + std::to_string(random_number(number)) +
                     " of workflow \"daily report\" after a retry of the connection";
    shape.cells.push_back(Cell::integer_of(500'000 + number));
    shape.cells.push_back(Cell::integer_of(random_number(number) % 4000));
    shape.cells.push_back(i % 5 == 0 ? Cell() : Cell::integer_of(random_number(number) % 6000));
    shape.cells.push_back(Cell::text(kLevels[i % 4]));
    shape.cells.push_back(Cell::text(shape.texts[i]));
    shape.cells.push_back(Cell::integer_of(random_number(number) % 3000));
    shape.cells.push_back(Cell::of(Tag::timestamptz, 849'204'000'000'000 + number * 1'234'567));
  }
  return shape;
}

Shape typed_rows() {
  Shape shape;
  shape.columns = {{"id", Kind::integer},    {"ok", Kind::boolean},  {"ratio", Kind::real},
                   {"price", Kind::numeric}, {"day", Kind::date},    {"at", Kind::time},
                   {"ts", Kind::timestamp},  {"key", Kind::uuid},    {"data", Kind::bytes},
                   {"tags", Kind::array},    {"config", Kind::jsonb}};
  shape.texts.resize(kRows * 2);
  static const std::string bytes(24, '\xAB');
  for (std::size_t i = 0; i < kRows; ++i) {
    const auto number = static_cast<std::int64_t>(i);
    shape.texts[2 * i] = std::to_string(random_number(number)) + ".50";
    shape.texts[2 * i + 1] = R"({"name": "agent )" + std::to_string(i) +
                             R"(", "retries": 3, "models": ["small", "large"], "limits": {"tokens": 4096}})";
    shape.cells.push_back(Cell::integer_of(number));
    shape.cells.push_back(Cell::boolean(i % 2 == 0));
    shape.cells.push_back(Cell::real_of(static_cast<double>(random_number(number)) / 7));
    shape.cells.push_back(Cell::of(Tag::number, std::string_view(shape.texts[2 * i])));
    shape.cells.push_back(Cell::of(Tag::date, 9000 + number));
    shape.cells.push_back(Cell::of(Tag::time, number * 1'234'567));
    shape.cells.push_back(Cell::of(Tag::timestamp, 849'204'000'000'000 + number * 1'234'567));
    shape.cells.push_back(Cell::of(Tag::uuid, std::string_view(bytes).substr(0, 16)));
    shape.cells.push_back(Cell::of(Tag::bytes, std::string_view(bytes)));
    shape.cells.push_back(Cell::of(Tag::encoded, std::string_view("[1,20,300]")));
    shape.cells.push_back(Cell::of(Tag::json, std::string_view(shape.texts[2 * i + 1])));
  }
  return shape;
}

Shape document_rows() {
  Shape shape;
  shape.columns = {{"id", Kind::integer}, {"flow_data", Kind::jsonb}};
  shape.texts.resize(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    std::string& text = shape.texts[i];
    text = "{\"nodes\": [";
    for (int node = 0; node < 8; ++node) {
      if (node != 0) text += ", ";
      text += R"({"id": )" + std::to_string(node) + R"(, "type": "agent", "data": {"agentId": )" +
              std::to_string(random_number(node)) +
              R"(, "prompt": "Summarise the report and answer shortly."}})";
    }
    text += R"(], "edges": [[0, 1], [1, 2], [2, 3]], "version": 3})";
    shape.cells.push_back(Cell::integer_of(static_cast<std::int64_t>(i)));
    shape.cells.push_back(Cell::of(Tag::json, std::string_view(text)));
  }
  return shape;
}

const Shape& shape_of(std::int64_t number) {
  static const Shape shapes[] = {narrow_rows(), log_rows(), typed_rows(), document_rows()};
  return shapes[number];
}

constexpr const char* kNames[] = {"narrow", "logs", "types", "documents"};

TableDigest digest_for(const Shape& shape) {
  std::vector<TableDigest::Column> columns;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    columns.push_back({shape.columns[i].name, shape.columns[i].kind, i});
  }
  return TableDigest(std::move(columns));
}

void run_export(benchmark::State& state, bool write, bool digest) {
  const Shape& shape = shape_of(state.range(0));
  state.SetLabel(kNames[state.range(0)]);
  const RowWriter writer(shape.columns, {Layout::document, "t", false});
  TableDigest sum = digest_for(shape);
  json::Buffer out;
  std::size_t i = 0;
  for (auto _ : state) {
    const Cell* row = shape.row(i);
    if (digest) sum.add(row);
    if (write) {
      writer.write(out, row);
      if (out.size() > json::Buffer::kFlushSize) out.clear();
    }
    i = (i + 1) % kRows;
  }
  benchmark::DoNotOptimize(sum.digest());
  benchmark::DoNotOptimize(out.view().data());
}

void ExportWrite(benchmark::State& state) { run_export(state, true, false); }
void ExportDigest(benchmark::State& state) { run_export(state, false, true); }
void ExportBoth(benchmark::State& state) { run_export(state, true, true); }

class NoFaults : public RowFaults {
 public:
  void unknown_column(const std::string&) override { ++count; }
  void duplicate_column(const std::string&) override { ++count; }
  void misfit(const std::string&, const Misfit&) override { ++count; }
  std::size_t count = 0;
};

void run_import(benchmark::State& state, bool digest) {
  const Shape& shape = shape_of(state.range(0));
  state.SetLabel(kNames[state.range(0)]);
  const RowWriter writer(shape.columns, {Layout::document, "t", false});
  json::Buffer document;
  document.append('[');
  for (std::size_t i = 0; i < 4096; ++i) {
    if (i != 0) document.append(",\n  ");
    writer.write(document, shape.row(i % kRows));
  }
  document.append(']');
  std::vector<ParserColumn> columns;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    ParserColumn column;
    column.name = shape.columns[i].name;
    column.cell = i;
    column.reading = column_reading(shape.columns[i].kind, "", false, false);
    if (digest) {
      column.source_cell = i;
      column.source_reading = column.reading;
      column.same_reading = true;
    }
    columns.push_back(column);
  }
  RowParser parser(columns, digest ? RowParser::Use::digest : RowParser::Use::again);
  TableDigest sum = digest_for(shape);
  std::vector<Cell> cells(columns.size());
  std::vector<Cell> source_cells(columns.size());
  RowBatch batch;
  NoFaults faults;
  while (state.KeepRunningBatch(4096)) {
    json::Reader reader(document.view());
    reader.next();
    batch.reset(columns.size());
    while (reader.peek() == json::Token::begin_object) {
      if (batch.full()) batch.clear();
      Cell* row = batch.append();
      parser.parse(reader, row, source_cells.data(), batch.arena(), faults);
      if (digest) sum.add(source_cells.data());
    }
  }
  if (faults.count != 0) state.SkipWithError("the rows do not fit");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(document.size()) / 4096);
}

void ImportValidate(benchmark::State& state) { run_import(state, true); }
void ImportParse(benchmark::State& state) { run_import(state, false); }

BENCHMARK(ExportWrite)->DenseRange(0, 3);
BENCHMARK(ExportDigest)->DenseRange(0, 3);
BENCHMARK(ExportBoth)->DenseRange(0, 3);
BENCHMARK(ImportParse)->DenseRange(0, 3);
BENCHMARK(ImportValidate)->DenseRange(0, 3);

}  // namespace
}  // namespace whimbrel
