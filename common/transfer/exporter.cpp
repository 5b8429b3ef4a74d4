#include "common/transfer/exporter.h"

#include <chrono>
#include <set>

#include "common/error.h"
#include "common/text/datetime.h"
#include "common/transfer/digest.h"
#include "common/transfer/document.h"
#include "common/transfer/document_writer.h"
#include "common/transfer/order.h"
#include "common/version.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kSecondsTo2000 = 946684800;

std::string now_text() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  char text[kMaxDateTimeText];
  const char* const end =
      format_timestamp(text, (now.time_since_epoch().count() - kSecondsTo2000) * 1'000'000, true);
  return std::string(text, static_cast<std::size_t>(end - text));
}

std::string file_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::vector<MigrationRecord> applied_migrations(Host& host) {
  std::vector<MigrationRecord> records;
  if (!host.has_own_tables()) return records;
  const auto rows =
      host.query("SELECT version, description, checksum FROM " +
                 quote_name(host.dialect().own_schema, "schema_migrations") + " ORDER BY seq, version");
  RowBatch batch;
  const auto text = [](const Cell& cell) {
    return cell.is_null() ? std::string() : std::string(cell.view());
  };
  while (rows->next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      const Cell* row = batch.row(i);
      records.push_back({text(row[0]), text(row[1]), text(row[2])});
    }
  }
  return records;
}

TableDigest make_digest(const Table& table, const std::vector<std::size_t>& columns) {
  std::vector<TableDigest::Column> list;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[columns[i]];
    list.push_back({column.name, column.kind, i});
  }
  return TableDigest(std::move(list));
}

struct ChosenTables {
  std::vector<const Table*> tables;  // in order
  std::vector<std::string> excluded;
};

ChosenTables choose(const Schema& schema, const SelectionOptions& options) {
  const Selection selection = select_tables(schema, options);
  ChosenTables chosen;
  std::vector<const Table*> tables;
  for (std::size_t index : selection.chosen) tables.push_back(&schema.tables[index]);
  chosen.tables = order_tables(tables).tables;
  std::set<std::string> names;
  for (const Table* table : chosen.tables) {
    if (names.insert(table->display_name()).second) continue;
    throw Error(code::kUnsupported, "two tables are named \"" + table->display_name() + "\" in one document",
                "The name of one of them has a dot in it; the other one stands in a schema of that name.",
                "Select one of them with the option \"schemas\", or rename one.");
  }
  for (std::size_t index : selection.excluded) chosen.excluded.push_back(schema.tables[index].display_name());
  return chosen;
}

class Exporter {
 public:
  Exporter(Host& host, Layout layout, ExportSink& sink)
      : host_(host), layout_(layout), sink_(sink), writer_(out_, layout) {}

  std::vector<ExportedTable> run(const ChosenTables& chosen) {
    writer_.begin(metadata(chosen));
    std::vector<ExportedTable> exported;
    EndMark mark;
    for (const Table* table : chosen.tables) {
      exported.push_back(write_table(*table));
      mark.tables.push_back({exported.back().name, exported.back().rows, to_hex(exported.back().digest)});
    }
    writer_.finish(mark);
    sink_.drain(out_, true);
    return exported;
  }

 private:
  Metadata metadata(const ChosenTables& chosen) {
    const Dialect& dialect = host_.dialect();
    Metadata metadata;
    metadata.version = kDocumentVersion;
    metadata.exported_at = now_text();
    metadata.engine = dialect.engine;
    metadata.server_version = dialect.server_version;
    metadata.database = file_name(dialect.database);
    metadata.migrations = applied_migrations(host_);
    for (const Table* table : chosen.tables) metadata.tables.push_back(describe(*table));
    metadata.excluded = chosen.excluded;
    return metadata;
  }

  std::uint64_t position() const { return sink_.taken() + out_.size(); }

  void rewind(std::uint64_t position) {
    if (position >= sink_.taken()) {
      out_.truncate(static_cast<std::size_t>(position - sink_.taken()));
    } else {
      out_.clear();
      sink_.rewind(position);
    }
  }

  ExportedTable write_table(const Table& table) {
    ExportedTable exported;
    exported.name = table.display_name();
    const std::uint64_t start = position();
    ScanRequest request;
    request.table = &table;
    request.columns = stored_columns(table);
    request.try_physical_order = sink_.can_rewind();
    std::vector<RowWriter::Column> columns;
    for (std::size_t index : request.columns)
      columns.push_back({table.columns[index].name, table.columns[index].kind});
    const RowWriter row_writer(columns, {layout_, exported.name, host_.dialect().dynamic_types});
    TableDigest digest = make_digest(table, request.columns);

    writer_.begin_table(exported.name);
    const std::uint64_t first_row = position();
    if (!write_rows(request, row_writer, digest)) {
      rewind(first_row);
      digest.restart();
      writer_.restart_table();
      request.try_physical_order = false;
      write_rows(request, row_writer, digest);
    }
    writer_.end_table();
    exported.rows = digest.rows();
    exported.digest = digest.digest();
    exported.bytes = position() - start;
    return exported;
  }

  // False when the rows came out of order.
  bool write_rows(const ScanRequest& request, const RowWriter& row_writer, TableDigest& digest) {
    const auto reader = host_.scan(request);
    RowBatch batch;
    while (reader->next(batch)) {
      for (std::size_t i = 0; i < batch.rows(); ++i) {
        const Cell* row = batch.row(i);
        digest.add(row);
        writer_.row(row_writer, row);
      }
      sink_.drain(out_, false);
      host_.check_interrupt();
    }
    return !reader->out_of_order();
  }

  Host& host_;
  Layout layout_;
  ExportSink& sink_;
  json::Buffer out_;
  DocumentWriter writer_;
};

}  // namespace

std::vector<std::size_t> stored_columns(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!table.columns[i].generated) columns.push_back(i);
  return columns;
}

std::vector<ExportedTable> export_document(Host& host, const SelectionOptions& selection, Layout layout,
                                           ExportSink& sink) {
  const Schema schema = host.read_schema();
  return Exporter(host, layout, sink).run(choose(schema, selection));
}

ExportedTable digest_table(Host& host, const Table& table, const std::vector<std::size_t>& columns) {
  TableDigest digest = make_digest(table, columns);
  ScanRequest request;
  request.table = &table;
  request.columns = columns;
  request.ordered = false;
  const auto reader = host.scan(request);
  RowBatch batch;
  while (reader->next(batch)) {
    digest.add(batch);
    host.check_interrupt();
  }
  return {table.display_name(), digest.rows(), 0, digest.digest()};
}

std::vector<ExportedTable> digest_tables(Host& host, const SelectionOptions& selection) {
  const Schema schema = host.read_schema();
  std::vector<ExportedTable> digests;
  for (const Table* table : choose(schema, selection).tables) {
    digests.push_back(digest_table(host, *table, stored_columns(*table)));
  }
  return digests;
}

}  // namespace whimbrel
