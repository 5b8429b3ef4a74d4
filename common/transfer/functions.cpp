#include "common/transfer/functions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "common/error.h"
#include "common/json/writer.h"
#include "common/options.h"
#include "common/transfer/export_sinks.h"
#include "common/transfer/exporter.h"
#include "common/transfer/import_check.h"
#include "common/transfer/importer.h"
#include "common/transfer/verify.h"

namespace whimbrel {

namespace {

// --- options

constexpr OptionSpec kExportLineOptions[] = {{"tables", OptionType::text_list},
                                             {"exclude", OptionType::text_list},
                                             {"skip", OptionType::text_list},
                                             {"schemas", OptionType::text_list}};
constexpr OptionSpec kExportOptions[] = {{"tables", OptionType::text_list},
                                         {"exclude", OptionType::text_list},
                                         {"skip", OptionType::text_list},
                                         {"schemas", OptionType::text_list},
                                         {"pretty", OptionType::boolean}};
constexpr std::string_view kOnOrOff[] = {"on", "off"};
constexpr std::string_view kAbortOrCollect[] = {"abort", "collect"};
constexpr OptionSpec kImportOptions[] = {
    {"tables", OptionType::text_list},        {"exclude", OptionType::text_list},
    {"skip", OptionType::text_list},          {"clear", OptionType::boolean},
    {"triggers", OptionType::text, kOnOrOff}, {"dry_run", OptionType::boolean},
    {"include_logs", OptionType::boolean},    kOnConflictOption,
    {"batch_rows", OptionType::integer},      {"on_error", OptionType::text, kAbortOrCollect}};
constexpr OptionSpec kVerifyOptions[] = {
    {"tables", OptionType::text_list}, {"exclude", OptionType::text_list}, {"skip", OptionType::text_list}};

// --- parameters and columns

constexpr Parameter kOptionsOnly[] = {{"options", SqlType::json, true}};
constexpr Parameter kPathAndOptions[] = {{"path", SqlType::text, false}, {"options", SqlType::json, true}};
constexpr Parameter kDocumentAndOptions[] = {{"document", SqlType::text, false},
                                             {"options", SqlType::json, true}};
constexpr Parameter kDocumentOrPathAndOptions[] = {{"document_or_path", SqlType::text, false},
                                                   {"options", SqlType::json, true}};

constexpr ResultColumn kDocumentColumns[] = {{"export_json", SqlType::json}};
constexpr ResultColumn kLineColumns[] = {{"line", SqlType::text}};
constexpr ResultColumn kFileColumns[] = {{"table_name", SqlType::text},
                                         {"row_count", SqlType::bigint},
                                         {"bytes", SqlType::bigint},
                                         {"digest", SqlType::text}};
constexpr ResultColumn kImportColumns[] = {{"table_name", SqlType::text},
                                           {"read", SqlType::bigint},
                                           {"inserted", SqlType::bigint},
                                           {"updated", SqlType::bigint},
                                           {"unchanged", SqlType::bigint},
                                           {"skipped", SqlType::bigint},
                                           {"deleted", SqlType::bigint},
                                           {"ids_remapped", SqlType::bigint},
                                           {"references_rewritten", SqlType::bigint},
                                           {"duration_ms", SqlType::real},
                                           {"row_number", SqlType::bigint},
                                           {"error", SqlType::text}};
constexpr ResultColumn kProblemColumns[] = {{"severity", SqlType::text},   {"code", SqlType::text},
                                            {"table_name", SqlType::text}, {"row_number", SqlType::bigint},
                                            {"path", SqlType::text},       {"message", SqlType::text}};
constexpr ResultColumn kDigestColumns[] = {
    {"table_name", SqlType::text}, {"row_count", SqlType::bigint}, {"digest", SqlType::text}};
constexpr ResultColumn kVerifyColumns[] = {{"table_name", SqlType::text},
                                           {"expected_rows", SqlType::bigint},
                                           {"actual_rows", SqlType::bigint},
                                           {"matches", SqlType::boolean},
                                           {"detail", SqlType::text}};

// --- arguments

Cell count(std::uint64_t value) { return Cell::integer_of(static_cast<std::int64_t>(value)); }

std::string_view required_text(const Call& call, std::string_view parameter) {
  const Cell& cell = call.arguments[0];
  if (cell.is_null()) throw Error(code::kInvalidArgument, std::string(parameter) + " must not be null");
  if (cell.tag != Tag::text && cell.tag != Tag::json) {
    throw Error(code::kInvalidArgument, std::string(parameter) + " must be text");
  }
  return cell.view();
}

std::string path_argument(const Call& call, FileAccess access, std::string_view parameter = "path") {
  const std::string path(required_text(call, parameter));
  if (path.empty()) throw Error(code::kInvalidArgument, std::string(parameter) + " must not be empty");
  if (path.find('\0') != std::string::npos) {
    throw Error(code::kInvalidArgument, std::string(parameter) + " must not contain a NUL character");
  }
  call.host.require_file_access(access, path);
  return path;
}

Layout document_layout(const Options& options) {
  return options.flag("pretty", false) ? Layout::pretty : Layout::document;
}

// What the end of the name says.
Layout layout_of_path(const std::string& path, const Options& options) {
  if (path.ends_with(".json")) return document_layout(options);
  if (!path.ends_with(".jsonl")) {
    throw Error(code::kInvalidArgument, "path \"" + path + "\" must end with .json or .jsonl",
                "The end of the name decides between one document and lines.");
  }
  if (options.flag("pretty", false)) {
    throw Error(code::kInvalidOption, "option \"pretty\" cannot be used with .jsonl",
                "In that form each row is one line.");
  }
  return Layout::lines;
}

// Whether a text is meant as a document: it begins with an object, after white space and a BOM.
bool is_document(std::string_view text) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// --- functions

void run_export_json(Call& call) {
  const Options options(call.arguments[0], kExportOptions);
  ValueExportSink sink(call.rows);
  export_document(call.host, selection_options(options), document_layout(options), sink);
}

void run_export_jsonl(Call& call) {
  const Options options(call.arguments[0], kExportLineOptions);
  LineExportSink sink(call.rows);
  export_document(call.host, selection_options(options), Layout::lines, sink);
}

void run_export_json_file(Call& call) {
  const Options options(call.arguments[1], kExportOptions);
  const std::string path = path_argument(call, FileAccess::write);
  const Layout layout = layout_of_path(path, options);
  const std::string& database = call.host.dialect().database;
  FileExportSink sink(path, database.find('/') != std::string::npos ? database : std::string(),
                      call.host.dialect().new_file_mode);
  for (const ExportedTable& table : export_document(call.host, selection_options(options), layout, sink)) {
    const std::string digest = to_hex(table.digest);
    const Cell row[] = {Cell::text(table.name), count(table.rows), count(table.bytes), Cell::text(digest)};
    call.rows.emit(row);
  }
}

std::size_t batch_rows(const Options& options) {
  constexpr std::int64_t kMost = 10000;
  const std::int64_t rows = options.integer("batch_rows").value_or(RowBatch::kMaxRows);
  if (rows >= 1 && rows <= kMost) return static_cast<std::size_t>(rows);
  throw Error(code::kInvalidOption, "option \"batch_rows\" must be between 1 and " + std::to_string(kMost) +
                                        ", not " + std::to_string(rows));
}

void emit_imported(Call& call, const ImportedTable& table) {
  const Cell row[] = {Cell::text(table.name),
                      count(table.read),
                      count(table.inserted),
                      count(table.updated),
                      count(table.unchanged),
                      count(table.skipped),
                      count(table.deleted),
                      count(0),
                      count(0),
                      Cell::real_of(table.duration_ms),
                      Cell(),
                      Cell()};
  call.rows.emit(row);
}

void emit_bad_row(Call& call, std::string_view table, Cell number, std::string_view error) {
  const Cell row[] = {table.empty() ? Cell() : Cell::text(table),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      Cell(),
                      number,
                      Cell::text(error)};
  call.rows.emit(row);
}

ImportOptions import_options(const Options& options, BadRows& bad_rows) {
  ImportOptions import;
  import.selection = selection_options(options);
  import.clear = options.flag("clear", false);
  import.triggers = options.text("triggers").value_or("on") == "on";
  import.dry_run = options.flag("dry_run", false);
  import.include_logs = options.flag("include_logs", false);
  import.on_conflict = ConflictModes(options);
  import.batch_rows = batch_rows(options);
  if (options.text("on_error") == "collect") import.collect = &bad_rows;
  return import;
}

void import_from(Call& call, const DocumentInput& input, const Options& options) {
  BadRows bad_rows;
  const ImportOptions import = import_options(options, bad_rows);
  for (const ImportedTable& table : import_document(call.host, input, import)) emit_imported(call, table);
  for (const BadRow& bad : bad_rows.kept()) emit_bad_row(call, bad.table, count(bad.row), bad.error);
  if (const std::uint64_t more = bad_rows.count() - bad_rows.kept().size(); more > 0)
    emit_bad_row(call, {}, Cell(), std::to_string(more) + " more rows are bad");
}

void run_import_json(Call& call) {
  const Options options(call.arguments[1], kImportOptions);
  import_from(call, TextInput(required_text(call, "document")), options);
}

void run_import_json_file(Call& call) {
  const Options options(call.arguments[1], kImportOptions);
  import_from(call, FileInput(path_argument(call, FileAccess::read)), options);
}

void run_data_digest(Call& call) {
  const Options options(call.arguments[0], kExportLineOptions);
  for (const ExportedTable& table : digest_tables(call.host, selection_options(options))) {
    const std::string digest = to_hex(table.digest);
    const Cell row[] = {Cell::text(table.name), count(table.rows), Cell::text(digest)};
    call.rows.emit(row);
  }
}

void verify_from(Call& call, const DocumentInput& input, const Options& options) {
  for (const VerifiedTable& table : verify_document(call.host, input, selection_options(options))) {
    const Cell row[] = {Cell::text(table.name), count(table.expected_rows),
                        table.actual_rows ? count(*table.actual_rows) : Cell(), Cell::boolean(table.matches),
                        table.detail.empty() ? Cell() : Cell::text(table.detail)};
    call.rows.emit(row);
  }
}

void run_data_verify(Call& call) {
  const Options options(call.arguments[1], kVerifyOptions);
  const std::string_view given = required_text(call, "document_or_path");
  if (is_document(given)) {
    verify_from(call, TextInput(given), options);
  } else {
    verify_from(call, FileInput(path_argument(call, FileAccess::read, "document_or_path")), options);
  }
}

// $.users[2].age
std::string path_of(const Problem& problem) {
  const auto step = [](const std::string& name) {
    const auto is_plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    if (!name.empty() && std::all_of(name.begin(), name.end(), is_plain)) return "." + name;
    json::Buffer quoted;
    json::write_string(quoted, name);
    return "[" + std::string(quoted.view()) + "]";
  };
  std::string path = "$" + step(problem.table);
  if (problem.row != 0) path += "[" + std::to_string(problem.row - 1) + "]";
  if (problem.row == 0 && !problem.column.empty()) path += "[*]";
  if (!problem.column.empty()) path += step(problem.column);
  return path;
}

void emit_problems(Call& call, std::string_view severity, const Problems& problems) {
  for (const Problem& problem : problems.kept()) {
    const std::string path = problem.table.empty() ? "" : path_of(problem);
    const Cell row[] = {Cell::text(severity),
                        Cell::text(problem.code),
                        problem.table.empty() ? Cell() : Cell::text(problem.table),
                        problem.row == 0 ? Cell() : count(problem.row),
                        path.empty() ? Cell() : Cell::text(path),
                        Cell::text(problem.message)};
    call.rows.emit(row);
  }
  const std::uint64_t more = problems.count() - problems.kept().size();
  if (more == 0) return;
  const std::string message = std::to_string(more) + " more problems";
  const Cell row[] = {Cell::text(severity), Cell(), Cell(), Cell(), Cell(), Cell::text(message)};
  call.rows.emit(row);
}

void validate_from(Call& call, const DocumentInput& input, const Options& options) {
  BadRows bad_rows;
  ImportFindings findings;
  check_import(call.host, input, import_options(options, bad_rows), findings);
  emit_problems(call, "error", findings.errors);
  emit_problems(call, "warning", findings.warnings);
}

// Else a text is a path; of what is neither the check of a document tells more.
bool begins_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first == std::string_view::npos || text[first] == '{' || text[first] == '[' || text[first] == '"';
}

void run_import_validate(Call& call) {
  const Options options(call.arguments[1], kImportOptions);
  const std::string_view given = required_text(call, "document");
  if (begins_like_json(given))
    validate_from(call, TextInput(given), options);
  else
    validate_from(call, FileInput(path_argument(call, FileAccess::read, "document")), options);
}

constexpr Function kFunctions[] = {
    {"export_json", kOptionsOnly, kDocumentColumns, Effect::reads, run_export_json},
    {"export_jsonl", kOptionsOnly, kLineColumns, Effect::reads, run_export_jsonl},
    {"export_json_file", kPathAndOptions, kFileColumns, Effect::reads, run_export_json_file},
    {"import_json", kDocumentAndOptions, kImportColumns, Effect::writes, run_import_json},
    {"import_json_file", kPathAndOptions, kImportColumns, Effect::writes, run_import_json_file},
    {"import_validate", kDocumentAndOptions, kProblemColumns, Effect::reads, run_import_validate},
    {"data_digest", kOptionsOnly, kDigestColumns, Effect::reads, run_data_digest},
    {"data_verify", kDocumentOrPathAndOptions, kVerifyColumns, Effect::reads, run_data_verify},
};

}  // namespace

std::span<const Function> transfer_functions() { return kFunctions; }

}  // namespace whimbrel
