#include "common/move/export.h"

#include <utility>

#include "common/error.h"
#include "common/move/converted_rows.h"
#include "common/move/on_file.h"
#include "common/move/sqlite_plan.h"
#include "common/transfer/exporter.h"
#include "common/transfer/large_object_columns.h"

namespace whimbrel::move {

namespace {

const Table& find(const Schema& schema, const std::string& name) {
  for (const Table& table : schema.tables)
    if (table.name == name) return table;
  throw Error(code::kInternal, "table \"" + name + "\" was made and is not there");
}

MovedTable copy(Host& host, Host& file, const Table& source, const Table& target) {
  ScanRequest scan;
  scan.table = &source;
  InsertRequest insert;
  insert.table = &target;
  std::vector<ConvertedColumn> columns;
  std::vector<TableDigest::Column> digested;
  for (std::size_t c = 0; c < source.columns.size(); ++c) {
    scan.columns.push_back(c);
    insert.columns.push_back(target.find_column(source.columns[c].name));
    columns.push_back({source.columns[c].name, Conversion::none, false});
    digested.push_back({source.columns[c].name, source.columns[c].kind, c});
  }
  const auto reader = host.scan(scan);
  ConvertedRows rows(*reader, std::move(columns), std::move(digested));
  MovedTable moved;
  moved.name = source.display_name();
  host.begin_job(JobKind::export_rows, source);
  moved.rows = file.insert(insert, rows);
  host.end_job();
  const ExportedTable there = digest_table(file, target, insert.columns);
  moved.digest_matches = there.rows == moved.rows && there.digest == rows.digest();
  return moved;
}

void keep_sequence(Host& host, Host& file, const SqliteTable& target) {
  const auto given = last_number(host, target);
  if (!given) return;
  const Cell values[] = {Cell::integer_of(*given), Cell::text(target.name)};
  if (file.execute("UPDATE main.sqlite_sequence SET seq = max(seq, $1) WHERE name = $2", values) == 0)
    file.execute("INSERT INTO main.sqlite_sequence (seq, name) VALUES ($1, $2)", values);
}

void add_note(MovedTable& moved, const std::string& note) {
  moved.note += (moved.note.empty() ? "" : "\n") + note;
}

std::vector<MovedTable> fill(Host& host, Host& file, const SelectionOptions& selection, bool report_loss) {
  const SqlitePlan plan = plan_sqlite(host, selection);
  for (const SqliteTable& table : plan.tables) file.execute(table.create);
  const Schema made = file.read_schema();
  std::vector<MovedTable> moved;
  for (const SqliteTable& table : plan.tables) {
    const Table& source = *table.source;
    moved.push_back(copy(host, file, source, find(made, table.name)));
    if (!moved.back().digest_matches) {
      const std::string text = "table \"" + source.display_name() + "\" is not the same in SQLite";
      if (!report_loss)
        throw Error(code::kLoss, text, "A value has no exact form there, as -0.0 in a column of reals.",
                    "Leave the table out, or take it with {\"on_loss\": \"report\"}.");
      add_note(moved.back(), text);
    }
    if (!table.identity.empty()) keep_sequence(host, file, table);
    for (const std::string& sql : table.indexes) {
      host.check_interrupt();
      file.execute(sql);
    }
    for (const std::string& note : table.notes) add_note(moved.back(), note);
  }
  const auto add_line = [&moved](const std::string& line) { moved.emplace_back().note = line; };
  for (const std::string& line : plan.left_out) add_line(line);
  std::vector<TablePlan> taken;
  for (const SqliteTable& table : plan.tables) taken.push_back(TablePlan::whole(*table.source));
  const bool takes_all = selection.tables.empty() && selection.schemas.empty();
  if (const std::string line = large_objects_left_out(host, taken, takes_all); !line.empty()) add_line(line);
  return moved;
}

}  // namespace

std::vector<MovedTable> export_sqlite(Host& host, const std::string& path, const SelectionOptions& selection,
                                      bool report_loss) {
  return on_sqlite_file(host, path, [&] {
    const auto file = host.open_sqlite_file(path, FileAccess::write);
    std::vector<MovedTable> moved = fill(host, file->host(), selection, report_loss);
    host.check_interrupt();
    file->publish();
    return moved;
  });
}

}  // namespace whimbrel::move
