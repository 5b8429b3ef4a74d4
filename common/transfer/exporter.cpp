#include "common/transfer/exporter.h"

#include <optional>

#include "common/each_row.h"
#include "common/move/creation.h"
#include "common/text/now.h"
#include "common/transfer/document.h"
#include "common/transfer/document_writer.h"
#include "common/transfer/export_part.h"
#include "common/transfer/large_object_columns.h"
#include "common/transfer/part_exporter.h"
#include "common/transfer/progress.h"
#include "common/transfer/schema_of_call.h"
#include "common/transfer/secret_suspects.h"
#include "common/transfer/table_export.h"
#include "common/version.h"

namespace whimbrel {

namespace {

std::string file_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

// Without repeatable ones: what they made may be in no document, and they are there to be applied again.
std::vector<MigrationRecord> applied_migrations(Host& host) {
  std::vector<MigrationRecord> records;
  if (!host.has_own_tables(OwnTables::migrations)) return records;
  const auto text = [](const Cell& cell) {
    return cell.is_null() ? std::string() : std::string(cell.view());
  };
  const std::string sql = "SELECT version, description, checksum, repeatable FROM " +
                          quote_name(host.dialect().own_schema, "schema_migrations") +
                          " ORDER BY seq, version";
  for_each_row(host, sql, {}, [&](const Cell* row) {
    if (row[3].integer == 0) records.push_back({text(row[0]), text(row[1]), text(row[2])});
  });
  return records;
}

class Exporter {
 public:
  Exporter(Host& host, const ExportOptions& options, Layout layout, ExportSink& sink)
      : host_(host), options_(options), layout_(layout), sink_(sink), writer_(out_, layout) {}

  std::vector<ExportedTable> run(const ExportPlan& plan) {
    writer_.begin(metadata(plan));
    progress_.emplace(host_, JobKind::export_rows, options_.progress);
    std::vector<ExportedTable> exported;
    EndMark mark;
    for (const TablePlan& table : plan.tables) {
      progress_->begin(*table.table, plan.tables.size());
      exported.push_back(write_table(table));
      progress_->finish(*table.table, exported.back().rows, exported.back().bytes);
      mark.tables.push_back({exported.back().name, exported.back().rows, to_hex(exported.back().digest)});
    }
    writer_.finish(mark);
    sink_.drain(out_, true);
    suspects_.report(host_);
    return exported;
  }

 private:
  Metadata metadata(const ExportPlan& plan) {
    const Dialect& dialect = host_.dialect();
    Metadata metadata;
    metadata.version = kDocumentVersion;
    metadata.exported_at = now_text();
    metadata.engine = dialect.engine;
    metadata.server_version = dialect.server_version;
    metadata.database = file_name(dialect.database);
    metadata.migrations = applied_migrations(host_);
    for (const TablePlan& table : plan.tables) {
      metadata.tables.push_back(describe(*table.table, table.columns));
      for (std::size_t i = 0; i < table.quoted.size(); ++i)
        metadata.tables.back().columns[i].quoted = table.quoted[i];
    }
    describe_creation(plan, metadata);
    metadata.excluded = plan.excluded;
    metadata.redacted = plan.redacted;
    metadata.secrets = options_.secrets;
    return metadata;
  }

  void describe_creation(const ExportPlan& plan, Metadata& metadata) {
    std::vector<const Table*> tables;
    for (const TablePlan& table : plan.tables) tables.push_back(table.table);
    move::describe_creation(host_, tables, metadata.tables);
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

  ExportedTable write_table(const TablePlan& plan) {
    ExportedTable exported;
    exported.name = plan.table->display_name();
    table_start_ = position();
    TableExport table(plan, layout_, host_.dialect(), options_);
    writer_.begin_table(exported.name);
    const std::uint64_t first_row = position();
    const bool try_physical_order = sink_.can_rewind();
    if (try_physical_order) sink_.mark(first_row);
    if (!(try_physical_order ? try_rows(plan, table) : write_rows(plan, false, table))) {
      rewind(first_row);
      table.digest().restart();
      writer_.restart_table();
      write_rows(plan, false, table);
    }
    writer_.end_table();
    exported.rows = table.digest().rows();
    exported.digest = table.digest().digest();
    exported.bytes = position() - table_start_;
    return exported;
  }

  // As they lie in the table, here or by workers. False when the rows came out of order.
  bool try_rows(const TablePlan& plan, TableExport& table) {
    if (options_.workers > 1 && plan.where.empty() && options_.subset.empty()) {
      ScanRequest request;
      request.table = plan.table;
      request.columns = plan.columns_read();
      request.try_physical_order = true;
      const std::optional<SharedFile> shared = sink_.share(out_);
      std::optional<PartFile> file;
      if (shared && file.emplace(*shared).is_open()) {
        if (const auto done = place_rows(plan, request, *shared, *file, table)) return *done;
      } else if (const auto workers =
                     host_.start_workers(request, options_.workers, task(plan, std::nullopt), nullptr)) {
        return collect_rows(plan, *workers, table);
      }
    }
    return write_rows(plan, true, table);
  }

  std::string task(const TablePlan& plan, const std::optional<SharedFile>& file) const {
    return part_task(plan.table->display_name(), layout_, file, options_);
  }

  bool write_rows(const TablePlan& plan, bool try_physical_order, TableExport& table) {
    ExportRows rows(host_, plan, true, try_physical_order);
    while (rows.next()) {
      if (table.digest().rows() == 0) suspects_.look_at(*plan.table, plan.columns_read(), rows.read());
      table.write(rows, writer_);
      progress_->advance(position() - table_start_, table.digest().rows());
      sink_.drain(out_, false);
      host_.check_interrupt();
    }
    return !rows.out_of_order();
  }

  // By this process and others, each of which writes its parts to the file. None where there are no others.
  std::optional<bool> place_rows(const TablePlan& plan, const ScanRequest& request, const SharedFile& shared,
                                 PartFile& file, TableExport& table) {
    PartsDone first;
    first.position = position();
    PartsDone done;
    {
      const auto workers = host_.start_workers(request, options_.workers - 1, task(plan, shared), &first);
      if (!workers) return std::nullopt;
      look_at_first_rows(plan);
      PartExporter own(host_, plan, layout_, options_, workers->own_queue(), &file);
      while (own.next()) progress_->advance(own.position() - table_start_, own.rows());
      done = workers->finish();
    }
    if (done.out_of_order) {
      sink_.rewind(first.position);
      return false;
    }
    sink_.skip_to(done.position);
    if (done.rows > 0) writer_.go_on();
    table.digest().add(done.sum, done.rows);
    progress_->advance(position() - table_start_, done.rows);
    return true;
  }

  bool collect_rows(const TablePlan& plan, PartWorkers& workers, TableExport& table) {
    look_at_first_rows(plan);
    PartsDone done;
    std::string_view bytes;
    while (workers.next(bytes)) {
      const PartMessage message = read_part_message(bytes);
      if (message.end) {
        done.add(*message.end);
        if (done.out_of_order) return false;
        table.digest().add(message.end->sum, message.end->rows);
      } else {
        writer_.rows(message.rows);
        sink_.drain(out_, false);
      }
      progress_->advance(position() - table_start_, table.digest().rows());
      host_.check_interrupt();
    }
    return true;
  }

  void look_at_first_rows(const TablePlan& plan) {
    ExportRows rows(host_, plan, true, true);
    if (rows.next()) suspects_.look_at(*plan.table, plan.columns_read(), rows.read());
  }

  Host& host_;
  const ExportOptions& options_;
  Layout layout_;
  ExportSink& sink_;
  json::Buffer out_;
  DocumentWriter writer_;
  SecretSuspects suspects_;
  std::optional<Progress> progress_;
  std::uint64_t table_start_ = 0;
};

}  // namespace

std::vector<ExportedTable> export_document(Host& host, const ExportOptions& options, Layout layout,
                                           ExportSink& sink) {
  const Schema schema = schema_of_call(host, options.selection);
  const ExportPlan plan = plan_export(host, schema, options);
  const SelectionOptions& selection = options.selection;
  tell_large_objects(host, plan.tables,
                     selection.tables.empty() && selection.schemas.empty() && options.subset.empty(),
                     "export_complete() with {\"large_objects\": true} writes them");
  return Exporter(host, options, layout, sink).run(plan);
}

ExportedTable digest_table(Host& host, const TablePlan& plan) {
  TableDigest digest = TableExport::digest_of(plan);
  ExportRows rows(host, plan, false, false);
  while (rows.next()) {
    for (std::size_t i = 0; i < rows.rows(); ++i) digest.add(rows.row(i));
    host.check_interrupt();
  }
  return {plan.table->display_name(), digest.rows(), 0, digest.digest()};
}

ExportedTable digest_table(Host& host, const Table& table, const std::vector<std::size_t>& columns,
                           bool here_only) {
  TablePlan plan;
  plan.table = &table;
  plan.columns = columns;
  plan.here_only = here_only;
  return digest_table(host, plan);
}

std::vector<ExportedTable> digest_tables(Host& host, const ExportOptions& options) {
  const Schema schema = schema_of_call(host, options.selection);
  std::vector<ExportedTable> digests;
  for (const TablePlan& plan : plan_export(host, schema, options).tables)
    digests.push_back(digest_table(host, plan));
  return digests;
}

}  // namespace whimbrel
