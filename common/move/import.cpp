#include "common/move/import.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "common/error.h"
#include "common/move/computed_values.h"
#include "common/move/copied_columns.h"
#include "common/move/create_table.h"
#include "common/move/inspect.h"
#include "common/move/on_file.h"
#include "common/move/refusal.h"
#include "common/read_ahead.h"
#include "common/transfer/exporter.h"

namespace whimbrel::move {

namespace {

// Data that would not be the same, all of it.
void refuse_losses(const Inspected& inspected) {
  std::vector<std::string> losses;
  for (const Finding& finding : inspected.translation.findings)
    if (finding.kind == "orphans")
      losses.push_back("table \"" + finding.table + "\": " + finding.found);
    else if (!finding.loss.empty() && (finding.kind == "column" || finding.kind == "primary key") &&
             finding.loss.find("cannot hold") != std::string::npos)
      losses.push_back("column \"" + finding.object + "\": " + finding.loss);
    else if (finding.kind == "primary key" && !finding.loss.empty())
      losses.push_back("table \"" + finding.table + "\": " + finding.loss);
  if (losses.empty()) return;
  std::string detail;
  for (const std::string& loss : losses) detail += (detail.empty() ? "" : "\n") + loss;
  throw Error(
      code::kLoss,
      losses.front() + (losses.size() > 1 ? ", and " + std::to_string(losses.size() - 1) + " more" : ""),
      detail,
      "Repair the rows, or take it with {\"on_loss\": \"report\"}. inspect_sqlite() shows everything.");
}

// Not what SQLite says, or we; nor an interruption, or a want of memory or of room on the disk.
bool may_be_of_a_check(const Error& error) {
  for (const char* other : {"S", "WB", "53", "57"})
    if (error.code.starts_with(other)) return false;
  return true;
}

bool may_be_of_an_expression(const Error& error) {
  return may_be_of_a_check(error) && error.code != "23514";  // which is one of a check
}

constexpr const char* kKeepsValues = "the expression; the column keeps its values";

class Import {
 public:
  Import(Host& host, Host& file, Inspected inspected, const MoveOptions& options)
      : host_(host), file_(file), inspected_(std::move(inspected)), options_(options) {}

  std::vector<MovedTable> run() {
    Translation& translation = inspected_.translation;
    for (const std::string& sql : translation.before) create_support(sql);
    for (TargetTable& table : translation.tables) create(table);
    Schema schema = host_.read_schema();
    std::vector<MovedTable> moved;
    for (std::size_t t = 0; t < translation.tables.size(); ++t)
      moved.push_back(copy_checked(translation.tables[t], schema));
    in_savepoint(host_, [&] {  // its settings end with it
      bound_sorts();
      for (TargetTable& table : translation.tables) run_optional(table.after_rows);
      for (TargetTable& table : translation.tables) run_optional(table.references);
    });
    for (const TargetTable& table : translation.tables) raise(table, schema);
    run_optional(translation.views);
    add_notes(moved);
    return moved;
  }

 private:
  // More makes the indexes of a move no faster: it is enough for one helper, which is how many pay.
  void bound_sorts() {
    host_.execute(
        "SELECT pg_catalog.set_config(name, '64MB', true) FROM pg_catalog.pg_settings"
        " WHERE name = 'maintenance_work_mem' AND setting::pg_catalog.int8 > 65536");
  }

  // A schema that is there needs no right to make one.
  void create_support(const std::string& sql) {
    if (sql.starts_with("CREATE SCHEMA")) {
      const Cell parameters[] = {Cell::text(options_.translation.schema)};
      if (host_.execute("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1", parameters) > 0) return;
    }
    host_.execute(sql);
  }

  void create(TargetTable& table) {
    create_table(host_, table, [&](const TargetColumn& column, const Error& refusal) {
      refused(column.finding, kKeepsValues, refusal.message);
    });
    run_optional(table.before_rows);
  }

  void refused(std::size_t finding, const std::string& what, const std::string& reason) {
    Finding& line = inspected_.translation.findings[finding];
    line.loss += (line.loss.empty() ? "" : "; ") + what;
    line.reason = reason;
  }

  void run_optional(const std::vector<OptionalStatement>& statements) {
    for (const OptionalStatement& one : statements)
      if (const auto refusal = refusal_of(host_, one.sql)) give_way(one, *refusal);
  }

  void give_way(const OptionalStatement& one, const Error& error) {
    if (!one.otherwise.empty() && !refusal_of(host_, one.otherwise))
      refused(one.finding, one.otherwise_loss, error.message);
    else
      refused(one.finding, "the " + inspected_.translation.findings[one.finding].kind, error.message);
  }

  const Table& find(const Schema& schema, const std::string& name) const {
    const auto found = std::find_if(schema.tables.begin(), schema.tables.end(), [&](const Table& table) {
      return table.schema == options_.translation.schema && table.name == name;
    });
    if (found == schema.tables.end())
      throw Error(code::kInternal, "table \"" + name + "\" was made and is not there");
    return *found;
  }

  // With the checks there before the rows, which saves another look at all of them. Where a row breaks one,
  // or one cannot be made, they all come behind the rows.
  MovedTable copy_checked(TargetTable& target, const Schema& schema) {
    std::vector<OptionalStatement>& statements = target.after_rows;
    const auto is_check = [](const OptionalStatement& one) { return one.is_check; };
    if (std::none_of(statements.begin(), statements.end(), is_check)) return copy(target, schema);
    MovedTable moved;
    try {
      in_savepoint(host_, [&] {
        for (const OptionalStatement& one : statements)
          if (one.is_check) host_.execute(one.sql);
        moved = copy(target, schema);
      });
    } catch (const Error& error) {
      if (!may_be_of_a_check(error)) throw;
      return copy(target, schema);
    }
    std::erase_if(statements, is_check);
    return moved;
  }

  // A column that PostgreSQL computes otherwise than SQLite has done, or cannot compute, becomes one that
  // keeps its values, and the rows come once more.
  MovedTable copy(const TargetTable& target, const Schema& schema) {
    Table table = find(schema, target.name);
    if (std::ranges::none_of(table.columns, &Column::generated)) return copy_stored(target, table);
    std::vector<const TargetColumn*> others;
    std::string reason = "PostgreSQL computes other values";
    try {
      MovedTable moved;
      in_savepoint(host_, [&] {
        moved = copy_stored(target, table);
        others = computed_otherwise(host_, file_, target, table);
      });
      if (others.empty()) return moved;
    } catch (const Error& error) {
      if (!may_be_of_an_expression(error)) throw;
      reason = error.message;
      for (const TargetColumn& column : target.columns)
        if (table.columns[table.find_column(column.name)].generated) others.push_back(&column);
    }
    keep_values(table, others);
    const MovedTable moved = copy_stored(target, table);
    for (const TargetColumn* const column : others) refused(column->finding, kKeepsValues, reason);
    return moved;
  }

  void keep_values(Table& table, const std::vector<const TargetColumn*>& columns) {
    const std::string name = quote_name(table.schema, table.name);
    host_.execute("TRUNCATE " + name);
    for (const TargetColumn* const column : columns) {
      host_.execute("ALTER TABLE " + name + " ALTER COLUMN " + quote_identifier(column->name) +
                    " DROP EXPRESSION");
      table.columns[table.find_column(column->name)].generated = false;
    }
  }

  MovedTable copy_stored(const TargetTable& target, const Table& table) {
    const Table& source = target.source->table;
    CopiedColumns columns = copied_columns(target, table, options_.report_loss,
                                           [](const Column& column) { return !column.generated; });
    InsertRequest insert;
    insert.table = &table;
    insert.columns = columns.target;
    const auto reader = file_.scan(scan_of(target, columns));
    ConvertedRows converted(*reader, std::move(columns.converted), std::move(columns.digested));
    ReadAhead rows(converted, host_);
    MovedTable moved;
    moved.name = table.display_name();
    host_.begin_job(JobKind::import_rows, table);
    try {
      moved.rows = host_.insert(insert, rows);
    } catch (Error& error) {
      if (error.row)
        error.at("table \"" + source.name + "\" of the SQLite file, row " + std::to_string(*error.row + 1));
      throw;
    }
    host_.end_job();
    const ExportedTable live = digest_table(host_, table, insert.columns);
    moved.digest_matches = live.rows == moved.rows && live.digest == converted.digest();
    if (!moved.digest_matches)
      throw Error(code::kLoss, "table \"" + moved.name + "\" is not the same after the move",
                  std::to_string(live.rows) + " rows with digest " + to_hex(live.digest) + " instead of " +
                      std::to_string(moved.rows) + " with " + to_hex(converted.digest()) + ".");
    return moved;
  }

  // Behind every number that was given, as AUTOINCREMENT promises.
  void raise(const TargetTable& target, const Schema& schema) {
    if (target.identity.empty()) return;
    const Table& table = find(schema, target.name);
    host_.raise_identity(table, table.find_column(target.identity), Numbers::brought);
    if (!target.source->sequence) return;
    const std::string name = quote_name(table.schema, table.name);
    const Cell parameters[] = {Cell::text(name), Cell::text(target.identity)};
    const auto rows = host_.query("SELECT pg_catalog.pg_get_serial_sequence($1, $2)", parameters);
    RowBatch batch;
    if (!rows->next(batch) || batch.row(0)[0].is_null()) return;
    const std::string sequence(batch.row(0)[0].view());
    std::int64_t last = 0;
    {
      const auto state = host_.query("SELECT last_value FROM " + sequence);
      RowBatch value;
      if (state->next(value)) last = value.row(0)[0].integer;
    }
    if (*target.source->sequence >= last &&
        *target.source->sequence < std::numeric_limits<std::int64_t>::max())
      host_.execute("ALTER SEQUENCE " + sequence + " RESTART WITH " +
                    std::to_string(*target.source->sequence + 1));
  }

  void add_notes(std::vector<MovedTable>& moved) {
    const auto& tables = inspected_.translation.tables;
    for (const Finding& finding : inspected_.translation.findings) {
      if (finding.loss.empty()) continue;
      const auto of = std::find_if(tables.begin(), tables.end(), [&](const TargetTable& table) {
        return !finding.table.empty() && table.source->table.name == finding.table;
      });
      const std::string note = finding.kind + " " + finding.object + ": " + finding.loss +
                               (finding.reason.empty() ? "" : " (" + finding.reason + ")");
      if (of == tables.end()) {
        MovedTable row;
        row.note = note;
        moved.push_back(std::move(row));
      } else {
        std::string& text = moved[static_cast<std::size_t>(of - tables.begin())].note;
        text += (text.empty() ? "" : "\n") + note;
      }
    }
  }

  Host& host_;
  Host& file_;
  Inspected inspected_;
  const MoveOptions& options_;
};

}  // namespace

std::vector<Finding> inspect_sqlite(Host& host, const std::string& path, const MoveOptions& given) {
  return on_sqlite_file(host, path, [&] {
    MoveOptions options = given;
    const auto file = host.open_sqlite_file(path, FileAccess::read);
    return inspect_source(host, file->host(), options).translation.findings;
  });
}

std::vector<MovedTable> import_sqlite(Host& host, const std::string& path, const MoveOptions& given) {
  return on_sqlite_file(host, path, [&] {
    MoveOptions options = given;
    const auto file = host.open_sqlite_file(path, FileAccess::read);
    Inspected inspected = inspect_source(host, file->host(), options);
    if (!options.report_loss) refuse_losses(inspected);
    return Import(host, file->host(), std::move(inspected), options).run();
  });
}

}  // namespace whimbrel::move
