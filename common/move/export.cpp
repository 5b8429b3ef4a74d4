#include "common/move/export.h"

#include <map>
#include <utility>

#include "common/error.h"
#include "common/move/converted_rows.h"
#include "common/move/on_file.h"
#include "common/move/sqlite_schema.h"
#include "common/schema/sqlite/names.h"
#include "common/transfer/exporter.h"
#include "common/transfer/schema_of_call.h"

namespace whimbrel::move {

namespace {

using Names = std::map<std::pair<std::string, std::string>, std::string>;

Names names_of(const Schema& schema, const std::vector<std::size_t>& chosen) {
  Names names;
  std::map<std::string, std::string> taken;
  for (const std::size_t index : chosen) {
    const Table& table = schema.tables[index];
    const std::string name = sqlite_name(table);
    const auto [other, fresh] = taken.emplace(sqlite::lower_name(name), table.display_name());
    if (!fresh)
      throw Error(code::kUnsupported, "tables \"" + other->second + "\" and \"" + table.display_name() +
                                          "\" have one name in SQLite, which does not look at case");
    if (sqlite::lower_name(name).starts_with("sqlite_"))
      throw Error(code::kUnsupported, "table \"" + table.display_name() +
                                          "\": SQLite keeps names that begin with sqlite_ for itself");
    names.emplace(std::pair(table.schema, table.name), name);
  }
  return names;
}

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
  ConvertedRows rows(host.scan(scan), std::move(columns), std::move(digested), host);
  MovedTable moved;
  moved.name = source.display_name();
  host.begin_job(JobKind::export_rows, source);
  moved.rows = file.insert(insert, rows);
  host.end_job();
  const ExportedTable there = digest_table(file, target, insert.columns);
  moved.digest_matches = there.rows == moved.rows && there.digest == rows.digest();
  return moved;
}

// The number that AUTOINCREMENT goes on from: what the sequence has given, not what rows are left.
void keep_sequence(Host& host, Host& file, const Table& source, const SqliteTable& target) {
  const Cell parameters[] = {Cell::text(quote_name(source.schema, source.name)), Cell::text(target.identity)};
  std::string sequence;
  {
    const std::string name = quote_name(source.schema, source.name);
    const Cell of[] = {Cell::text(name), parameters[1]};
    const auto rows = host.query("SELECT pg_catalog.pg_get_serial_sequence($1, $2)", of);
    RowBatch batch;
    if (!rows->next(batch) || batch.row(0)[0].is_null()) return;
    sequence = batch.row(0)[0].view();
  }
  std::int64_t given = 0;
  {
    const auto rows =
        host.query("SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM " + sequence);
    RowBatch batch;
    if (!rows->next(batch) || batch.row(0)[0].tag != Tag::integer) return;
    given = batch.row(0)[0].integer;
  }
  const Cell values[] = {Cell::integer_of(given), Cell::text(target.name)};
  if (file.execute("UPDATE main.sqlite_sequence SET seq = max(seq, $1) WHERE name = $2", values) == 0)
    file.execute("INSERT INTO main.sqlite_sequence (seq, name) VALUES ($1, $2)", values);
}

void add_note(MovedTable& moved, const std::string& note) {
  moved.note += (moved.note.empty() ? "" : "\n") + note;
}

std::vector<MovedTable> fill(Host& host, Host& file, const SelectionOptions& selection, bool report_loss) {
  const Schema schema = schema_of_call(host, selection);
  const std::vector<std::size_t> chosen = select_tables(schema, selection).chosen;
  const Names names = names_of(schema, chosen);
  const Catalog facts = host.read_catalog({});
  std::vector<SqliteTable> tables;
  for (const std::size_t index : chosen) {
    tables.push_back(write_sqlite_table(schema.tables[index], facts, names));
    file.execute(tables.back().create);
  }
  const Schema made = file.read_schema();
  std::vector<MovedTable> moved;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Table& source = schema.tables[chosen[i]];
    moved.push_back(copy(host, file, source, find(made, tables[i].name)));
    if (!moved.back().digest_matches) {
      const std::string text = "table \"" + source.display_name() + "\" is not the same in SQLite";
      if (!report_loss)
        throw Error(code::kLoss, text, "A value has no exact form there, as -0.0 in a column of reals.",
                    "Leave the table out, or take it with {\"on_loss\": \"report\"}.");
      add_note(moved.back(), text);
    }
    if (!tables[i].identity.empty()) keep_sequence(host, file, source, tables[i]);
    for (const std::string& sql : tables[i].indexes) {
      host.check_interrupt();
      file.execute(sql);
    }
    for (const std::string& note : tables[i].notes) add_note(moved.back(), note);
  }
  for (const CatalogObject& object : facts.objects) {
    if (object.kind != "view" && object.kind != "materialized view" && object.kind != "function" &&
        object.kind != "procedure")
      continue;
    MovedTable row;
    row.note = object.kind + " " + object.identity + " is left out";
    moved.push_back(std::move(row));
  }
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
