// The SQL functions that export: they read their arguments, call the core, give rows back.
#include <memory>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/options.h"
#include "common/transfer/arguments.h"
#include "common/transfer/backup_name.h"
#include "common/transfer/export_options.h"
#include "common/transfer/export_sinks.h"
#include "common/transfer/exporter.h"
#include "common/transfer/functions.h"
#include "common/transfer/write_behind.h"

namespace whimbrel {

namespace {

// --- parameters and columns

constexpr Parameter kOptionsOnly[] = {{"options", SqlType::json, true}};
constexpr Parameter kDirectoryAndOptions[] = {{"directory", SqlType::text, false},
                                              {"options", SqlType::json, true}};

constexpr ResultColumn kDocumentColumns[] = {{"export_json", SqlType::json}};
constexpr ResultColumn kLineColumns[] = {{"line", SqlType::text}};
constexpr ResultColumn kFileColumns[] = {{"table_name", SqlType::text},
                                         {"row_count", SqlType::bigint},
                                         {"bytes", SqlType::bigint},
                                         {"digest", SqlType::text}};
constexpr ResultColumn kBackupColumns[] = {{"backup_json", SqlType::text}};
constexpr ResultColumn kLargeObjectColumns[] = {{"export_json_lo", SqlType::bigint}};
constexpr ResultColumn kDigestColumns[] = {
    {"table_name", SqlType::text}, {"row_count", SqlType::bigint}, {"digest", SqlType::text}};

// --- arguments

Layout document_layout(const Options& options) {
  return options.flag("pretty", false) ? Layout::pretty : Layout::document;
}

// What the end of the name says, apart from that of a compressed file.
Layout layout_of_path(std::string_view path, const Options& options) {
  std::string_view name = path;
  name.remove_suffix(compression_suffix(compression_of_name(path)).size());
  if (name.ends_with(".json")) return document_layout(options);
  if (!name.ends_with(".jsonl")) {
    throw Error(
        code::kInvalidArgument, "path \"" + std::string(path) + "\" must end with .json or .jsonl",
        "The end of the name decides between one document and lines; .gz or .zst after it compresses.");
  }
  if (options.flag("pretty", false)) {
    throw Error(code::kInvalidOption, "option \"pretty\" cannot be used with .jsonl",
                "In that form each row is one line.");
  }
  return Layout::lines;
}

// The database's own file, which must not be written over; "" where it is no file.
std::string own_file(const Host& host) {
  const std::string& database = host.dialect().database;
  return database.find('/') != std::string::npos ? database : "";
}

Compression compress_option(const Options& options) {
  const std::string compress = options.text("compress").value_or("none");
  return compress == "gzip" ? Compression::gzip : compress == "zstd" ? Compression::zstd : Compression::none;
}

// --- functions

void run_export_json(Call& call) {
  const Cell& json = call.arguments[0];
  const Options options(json, export_option_specs());
  ValueExportSink sink(call.rows);
  export_document(call.host, export_options(options, json, call.host.dialect()), document_layout(options),
                  sink);
}

void run_export_jsonl(Call& call) {
  const Cell& json = call.arguments[0];
  const Options options(json, export_line_option_specs());
  LineExportSink sink(call.rows);
  export_document(call.host, export_options(options, json, call.host.dialect()), Layout::lines, sink);
}

void run_export_json_file(Call& call) {
  const Cell& json = call.arguments[1];
  const Options options(json, export_file_option_specs());
  const std::string path = path_argument(call, FileAccess::write);
  const Layout layout = layout_of_path(path, options);
  AtomicFile file(path, own_file(call.host), call.host.dialect().new_file_mode);
  WriteBehind sink(call.host, make_export_sink(compression_of_name(path), file));
  for (const ExportedTable& table :
       export_document(call.host, export_options(options, json, call.host.dialect()), layout, sink)) {
    const std::string digest = to_hex(table.digest);
    const Cell row[] = {Cell::text(table.name), count_cell(table.rows), count_cell(table.bytes),
                        Cell::text(digest)};
    call.rows.emit(row);
  }
}

void run_backup_json(Call& call) {
  const Cell& json = call.arguments[1];
  const Options options(json, backup_file_option_specs());
  const std::string directory = path_argument(call, FileAccess::write, "directory");
  const Compression compression = compress_option(options);
  const std::string path = free_backup_path(call.host, directory, compression_suffix(compression));
  NewFile file(path, own_file(call.host), call.host.dialect().new_file_mode);
  WriteBehind sink(call.host, make_export_sink(compression, file));
  export_document(call.host, export_options(options, json, call.host.dialect()), document_layout(options),
                  sink);
  const Cell row[] = {Cell::text(path)};
  call.rows.emit(row);
}

void run_export_json_lo(Call& call) {
  const Cell& json = call.arguments[0];
  const Options options(json, backup_option_specs());
  NewLargeObject object(call.host);
  const auto sink = make_export_sink(compress_option(options), object);
  export_document(call.host, export_options(options, json, call.host.dialect()), document_layout(options),
                  *sink);
  const Cell row[] = {Cell::integer_of(object.oid())};
  call.rows.emit(row);
}

void run_data_digest(Call& call) {
  const Cell& json = call.arguments[0];
  const Options options(json, digest_option_specs());
  for (const ExportedTable& table :
       digest_tables(call.host, export_options(options, json, call.host.dialect()))) {
    const std::string digest = to_hex(table.digest);
    const Cell row[] = {Cell::text(table.name), count_cell(table.rows), Cell::text(digest)};
    call.rows.emit(row);
  }
}

}  // namespace

std::span<const Function> export_functions() {
  static constexpr Function kFunctions[] = {
      {"export_json", kOptionsOnly, kDocumentColumns, Effect::reads, run_export_json},
      {"export_jsonl", kOptionsOnly, kLineColumns, Effect::reads, run_export_jsonl},
      {"export_json_file", kPathAndOptions, kFileColumns, Effect::reads, run_export_json_file},
      {"backup_json", kDirectoryAndOptions, kBackupColumns, Effect::reads, run_backup_json},
      {"export_json_lo", kOptionsOnly, kLargeObjectColumns, Effect::reads, run_export_json_lo},
      {"data_digest", kOptionsOnly, kDigestColumns, Effect::reads, run_data_digest},
  };
  return kFunctions;
}

}  // namespace whimbrel
