#include "common/complete/apply.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/complete/apply_files.h"
#include "common/complete/data_plan.h"
#include "common/complete/file_rows.h"
#include "common/error.h"
#include "common/migration/script.h"
#include "common/stopwatch.h"
#include "common/transfer/exporter.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

using complete_file::DigestLine;
using Item = StatementStream::Item;

std::string read_range(const File& file, std::uint64_t from, std::uint64_t to) {
  std::string text(static_cast<std::size_t>(to - from), '\0');
  for (std::size_t filled = 0; filled < text.size();) {
    const std::size_t got = file.read_at(from + filled, text.data() + filled, text.size() - filled);
    if (got == 0)
      throw Error(code::kFile, "cannot read " + file.name(), "It became shorter while it was read.");
    filled += got;
  }
  return text;
}

// What the digest in a file is about.
std::vector<std::size_t> digested_columns(const Table& table) {
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!table.columns[i].generated && !table.columns[i].implicit) columns.push_back(i);
  return columns;
}

class Applier {
 public:
  Applier(Host& host, const ApplyFilesOptions& options) : host_(host), options_(options) {}

  AppliedFile apply_schema(const CompleteFile& file) {
    const Stopwatch watch;
    AppliedFile applied{file.file->path(), 0, 0, 0};
    run_script(*file.file, read_range(*file.file, 0, file.file->size()), 0, applied);
    applied.duration_ms = watch.milliseconds();
    return applied;
  }

  AppliedFile apply_data(const CompleteFile& file) {
    const Stopwatch watch;
    AppliedFile applied{file.file->path(), 0, 0, 0};
    StatementStream stream(*file.file, sql::rules_of(host_.dialect().engine));
    run_script(*file.file, read_range(*file.file, 0, find_rows(*file.file, stream)), 0, applied);
    schema_ = host_.read_stored_schema();
    remember_digests(file);
    load_rows(*file.file, stream, applied);
    // While what hides rows from their owner is put off.
    if (options_.verify) verify(file);
    const Item end = stream.peek();
    run_script(*file.file, read_range(*file.file, end.offset, file.file->size()), end.line - 1, applied);
    applied.duration_ms = watch.milliseconds();
    return applied;
  }

 private:
  // `text`: a part of the file, which begins behind so many lines.
  void run_script(const File& file, std::string text, std::size_t lines_before, AppliedFile& applied) {
    text.insert(0, lines_before, '\n');
    Part part;
    part.text = text;
    part.offset = lines_before;
    part.length = text.size() - lines_before;
    part.subject = file.name();
    RunTotals totals;
    Script(host_, part).run(host_, totals);
    applied.statements += static_cast<std::uint64_t>(totals.statements);
  }

  // Leaves the stream behind the line from which on there are only rows; the offset of that line.
  static std::uint64_t find_rows(const File& file, StatementStream& stream) {
    for (;; stream.take()) {
      const Item& item = stream.peek();
      if (item.kind == Item::Kind::comment && item.text == complete_file::kRowsBegin) {
        const std::uint64_t offset = item.offset;
        stream.take();
        return offset;
      }
      if (item.kind == Item::Kind::end)
        throw Error(code::kDamagedDocument,
                    file.name() + " has no line \"" + std::string(complete_file::kRowsBegin) + "\"");
    }
  }

  // --- rows

  void load_rows(const File& file, StatementStream& stream, AppliedFile& applied) {
    std::vector<const Table*> tables;
    for (const auto& [line, table] : tables_) tables.push_back(table);
    host_.begin_load(tables);
    InsertReader reader(sql_engine_of(host_.dialect().engine), schema_);
    for (;;) {
      const Item& item = stream.peek();
      if (item.kind == Item::Kind::end)
        throw Error(code::kDamagedDocument,
                    file.name() + " has no line \"" + std::string(complete_file::kRowsEnd) + "\"");
      if (item.kind == Item::Kind::comment) {
        if (item.text == complete_file::kRowsEnd) break;
        stream.take();
      } else if (!load_table(file, stream, reader, applied)) {
        run_alone(file, stream, applied);
      }
      host_.check_interrupt();
    }
    host_.finish_load();
  }

  // False when the statement at hand is not of our shape.
  bool load_table(const File& file, StatementStream& stream, InsertReader& reader, AppliedFile& applied) {
    if (!reader.read_head(stream.peek().text)) return false;
    FileRows rows(stream, reader);
    if (!rows.read_statement()) return false;
    InsertRequest request;
    request.table = &reader.table();
    request.columns = reader.columns();
    request.may_load = true;
    try {
      const std::uint64_t inserted = host_.insert(request, rows);
      if (inserted != rows.rows())
        throw Error(code::kNotReachable,
                    "table \"" + request.table->display_name() + "\": " + std::to_string(inserted) + " of " +
                        std::to_string(rows.rows()) + " rows were inserted",
                    "A trigger or a rule of the table kept rows back.");
      applied.rows += inserted;
    } catch (Error& error) {
      std::string place = "table \"" + request.table->display_name() + "\"";
      if (error.row) place += ", row " + std::to_string(*error.row + 1);
      error.at(place).at(file.name() + ", about line " + std::to_string(rows.line()));
      throw;
    }
    applied.statements += rows.statements();
    return true;
  }

  // What a person has written there.
  void run_alone(const File& file, StatementStream& stream, AppliedFile& applied) {
    const Item& item = stream.peek();
    Part part;
    part.text = item.text;
    part.length = item.text.size();
    part.subject = file.name() + " from line " + std::to_string(item.line) + " on";
    RunTotals totals;
    Script(host_, part).run(host_, totals);
    applied.statements += static_cast<std::uint64_t>(totals.statements);
    applied.rows += static_cast<std::uint64_t>(totals.rows_affected);
    stream.take();
  }

  // --- digests

  const Table* find_table(const DigestLine& line) const {
    const auto found = std::ranges::find_if(schema_.tables, [&](const Table& table) {
      return table.name == line.table && table.schema == line.schema;
    });
    return found == schema_.tables.end() ? nullptr : &*found;
  }

  // What the tables hold before: the rows of the file are added.
  void remember_digests(const CompleteFile& file) {
    for (const DigestLine& line : file.digests) {
      const Table* table = find_table(line);
      if (table == nullptr) continue;
      tables_.emplace_back(&line, table);
      if (options_.verify) before_[&line] = digest_table(host_, *table, digested_columns(*table), true);
    }
  }

  void verify(const CompleteFile& file) {
    schema_ = host_.read_stored_schema();
    for (const DigestLine& line : file.digests) {
      const Table* table = find_table(line);
      if (table == nullptr)
        throw Error(code::kDamagedDocument, "table \"" + line.schema + "." + line.table +
                                                "\" is not there after " + file.file->name() +
                                                " was applied");
      ExportedTable expected{table->display_name(), line.rows, 0, line.digest};
      if (const auto before = before_.find(&line); before != before_.end()) {
        expected.rows += before->second.rows;
        expected.digest += before->second.digest;
      }
      const ExportedTable stored = digest_table(host_, *table, digested_columns(*table), true);
      if (stored.rows == expected.rows && stored.digest == expected.digest) continue;
      throw Error(code::kDamagedDocument,
                  "table \"" + expected.name + "\": " +
                      (stored.rows == expected.rows ? "its rows are not those that were exported"
                                                    : "it has " + std::to_string(stored.rows) +
                                                          " rows, not " + std::to_string(expected.rows)),
                  "The digest in " + file.file->name() +
                      " is another one: the file was changed, or the table is another one.",
                  "Give {\"verify\": false} when that is meant to be so.");
    }
  }

  Host& host_;
  const ApplyFilesOptions& options_;
  Schema schema_;
  std::vector<std::pair<const DigestLine*, const Table*>> tables_;  // of the data file
  std::map<const DigestLine*, ExportedTable> before_;
};

}  // namespace

std::vector<AppliedFile> apply_complete(Host& host, const std::string& directory,
                                        const std::string& timestamp, const ApplyFilesOptions& options) {
  const CompleteFiles files = open_complete_files(directory, timestamp, !options.data_only,
                                                  !options.schema_only, host.dialect().engine);
  std::vector<AppliedFile> applied;
  written_or_undone(host, options.dry_run, [&] {
    Applier applier(host, options);
    if (files.schema) applied.push_back(applier.apply_schema(*files.schema));
    if (files.data) applied.push_back(applier.apply_data(*files.data));
  });
  return applied;
}

}  // namespace whimbrel
