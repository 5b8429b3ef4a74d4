#include "common/transfer/functions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/json/writer.h"
#include "common/move/create_tables.h"
#include "common/options.h"
#include "common/transfer/arguments.h"
#include "common/transfer/import_check.h"
#include "common/transfer/importer.h"
#include "common/transfer/verify.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

// --- options

constexpr std::string_view kOnOrOff[] = {"on", "off"};
constexpr std::string_view kAbortOrCollect[] = {"abort", "collect"};
constexpr std::string_view kRenames[] = {"tables", "columns"};
constexpr std::string_view kMissingReferences[] = {"error", "null", "skip", "keep"};
constexpr std::string_view kBadTexts[] = {"error", "replace", "strip"};
constexpr OptionSpec kImportOptions[] = {{"tables", OptionType::text_list},
                                         {"exclude", OptionType::text_list},
                                         {"skip", OptionType::text_list},
                                         {"clear", OptionType::boolean},
                                         {"triggers", OptionType::text, kOnOrOff},
                                         {"dry_run", OptionType::boolean},
                                         {"create", OptionType::boolean},
                                         {"include_logs", OptionType::boolean},
                                         kOnConflictOption,
                                         {"batch_rows", OptionType::integer},
                                         {"on_error", OptionType::text, kAbortOrCollect},
                                         {"progress", OptionType::boolean},
                                         {"preserve_ids", OptionType::boolean},
                                         {"strict", OptionType::boolean},
                                         {"origins", OptionType::text},
                                         {"missing_references", OptionType::text, kMissingReferences},
                                         {"rename", OptionType::text_maps, kRenames},
                                         {"bad_text", OptionType::text, kBadTexts}};
constexpr OptionSpec kVerifyOptions[] = {{"tables", OptionType::text_list},
                                         {"exclude", OptionType::text_list},
                                         {"skip", OptionType::text_list},
                                         {"where", OptionType::text_map}};

// --- parameters and columns

constexpr Parameter kLargeObjectAndOptions[] = {{"large_object", SqlType::bigint, false},
                                                {"options", SqlType::json, true}};
constexpr Parameter kDocumentAndOptions[] = {{"document", SqlType::text, false},
                                             {"options", SqlType::json, true}};
constexpr Parameter kDocumentOrPathAndOptions[] = {{"document_or_path", SqlType::text, false},
                                                   {"options", SqlType::json, true}};

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
constexpr ResultColumn kVerifyColumns[] = {{"table_name", SqlType::text},
                                           {"expected_rows", SqlType::bigint},
                                           {"actual_rows", SqlType::bigint},
                                           {"matches", SqlType::boolean},
                                           {"detail", SqlType::text}};

// --- arguments

// Whether a text is meant as a document: it begins with an object, after white space and a BOM.
bool is_document(std::string_view text) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// --- functions

std::size_t batch_rows(const Options& options) {
  constexpr std::int64_t kMost = 10000;
  const std::int64_t rows = options.integer("batch_rows").value_or(RowBatch::kMaxRows);
  if (rows >= 1 && rows <= kMost) return static_cast<std::size_t>(rows);
  throw Error(code::kInvalidOption, "option \"batch_rows\" must be between 1 and " + std::to_string(kMost) +
                                        ", not " + std::to_string(rows));
}

void emit_imported(Call& call, const ImportedTable& table) {
  const Cell row[] = {Cell::text(table.name),
                      count_cell(table.read),
                      count_cell(table.inserted),
                      count_cell(table.updated),
                      count_cell(table.unchanged),
                      count_cell(table.skipped),
                      count_cell(table.deleted),
                      count_cell(table.remapped.ids),
                      count_cell(table.remapped.references),
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

RemappingOptions remapping_options(const Options& options, bool dry_run) {
  RemappingOptions remapping;
  remapping.preserve_ids = options.flag("preserve_ids", true);
  remapping.dry_run = dry_run;
  remapping.strict = options.flag("strict", false);
  remapping.origin = options.text("origins").value_or("");
  if (options.has("origins") && remapping.origin.empty())
    throw Error(code::kInvalidOption, "option \"origins\" must name where the rows come from");
  const std::string missing = options.text("missing_references").value_or("error");
  if (missing == "null") remapping.missing = MissingReferences::null;
  if (missing == "skip") remapping.missing = MissingReferences::skip;
  if (missing == "keep") remapping.missing = MissingReferences::keep;
  if (missing == "keep" && !remapping.preserve_ids)
    throw Error(code::kInvalidOption, "option \"missing_references\" cannot be \"keep\" where ids change",
                "What was no row's id may be that of another row then.");
  for (const auto& [name, text] : options.map("rename")) {
    if (text.find("{}") == std::string::npos || name.find('.') == std::string::npos)
      throw Error(code::kInvalidOption,
                  "option \"rename\": \"" + name + "\" must be a column, and \"" + text + "\" a text with {}",
                  {}, "As in {\"workflows.name\": \"{} (copy)\"}.");
    remapping.templates.emplace(name, text);
  }
  return remapping;
}

Renames renames(const Options& options) {
  Renames renames{options.map("rename", "tables"), options.map("rename", "columns")};
  const auto refuse = [](const std::string& what) {
    throw Error(code::kInvalidOption, "option \"rename\": " + what, {},
                R"(As in {"tables": {"old": "new"}, "columns": {"old.column": "name"}}.)");
  };
  std::set<std::string> taken;
  for (const auto& [from, to] : renames.tables)
    if (!taken.insert(to).second) refuse("two tables become \"" + to + "\"");
  for (const auto& [from, to] : renames.columns) {
    const std::size_t dot = from.rfind('.');
    if (dot == std::string::npos) refuse("\"" + from + "\" must be a table and a column");
    if (!taken.insert(from.substr(0, dot + 1) + to).second)
      refuse("two columns of table \"" + from.substr(0, dot) + "\" become \"" + to + "\"");
  }
  return renames;
}

ImportOptions import_options(const Options& options, BadRows& bad_rows) {
  ImportOptions import;
  import.selection = selection_options(options);
  import.clear = options.flag("clear", false);
  const std::string bad_text = options.text("bad_text").value_or("error");
  import.bad_text = bad_text == "replace" ? BadText::replace
                    : bad_text == "strip" ? BadText::strip
                                          : BadText::error;
  import.triggers = options.text("triggers").value_or("on") == "on";
  import.dry_run = options.flag("dry_run", false);
  import.remapping = remapping_options(options, import.dry_run);
  import.renames = renames(options);
  import.create = options.flag("create", false);
  import.include_logs = options.flag("include_logs", false);
  import.progress = options.flag("progress", false);
  import.on_conflict = ConflictModes(options);
  import.batch_rows = batch_rows(options);
  if (options.text("on_error") == "collect") import.collect = &bad_rows;
  import.remapping.collects = import.collect != nullptr;
  import.remapping.leaves_out = import.remapping.collects || import.on_conflict.may_skip();
  return import;
}

// With the tables that it needs. What a dry run makes is gone with it.
std::vector<ImportedTable> import_with_tables(Host& host, const DocumentInput& input,
                                              const ImportOptions& import) {
  const auto run = [&] {
    for (const std::string& line : move::create_missing_tables(host, input, import.selection, import.renames))
      host.notice(NoticeLevel::warning, line);
    return import_document(host, input, import);
  };
  std::vector<ImportedTable> imported;
  written_or_undone(host, import.dry_run, [&] { imported = run(); });
  return imported;
}

void import_from(Call& call, const DocumentInput& input, const Options& options) {
  BadRows bad_rows;
  const ImportOptions import = import_options(options, bad_rows);
  if (!import.remapping.origin.empty()) call.host.ensure_own_tables(OwnTables::origins);
  const std::vector<ImportedTable> imported = import.create ? import_with_tables(call.host, input, import)
                                                            : import_document(call.host, input, import);
  for (const ImportedTable& table : imported) emit_imported(call, table);
  for (const BadRow& bad : bad_rows.kept()) emit_bad_row(call, bad.table, count_cell(bad.row), bad.error);
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

void verify_from(Call& call, const DocumentInput& input, const Options& options) {
  for (const VerifiedTable& table :
       verify_document(call.host, input, selection_options(options), options.map("where"))) {
    const Cell row[] = {Cell::text(table.name), count_cell(table.expected_rows),
                        table.actual_rows ? count_cell(*table.actual_rows) : Cell(),
                        Cell::boolean(table.matches),
                        table.detail.empty() ? Cell() : Cell::text(table.detail)};
    call.rows.emit(row);
  }
}

// A large object as something that documents are read from.
class StoredLargeObject : public StoredBytes {
 public:
  StoredLargeObject(Host& host, std::int64_t oid) : oid_(oid), object_(host.open_large_object(oid)) {}
  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const override {
    return object_->read_at(offset, buffer, capacity);
  }
  std::string name() const override { return "large object " + std::to_string(oid_); }
  bool is_of_host() const override { return true; }

 private:
  std::int64_t oid_;
  std::unique_ptr<LargeObject> object_;
};

void run_import_json_lo(Call& call) {
  const Options options(call.arguments[1], kImportOptions);
  if (call.arguments[0].is_null()) throw Error(code::kInvalidArgument, "large_object must not be null");
  import_from(call, StoredInput(std::make_unique<StoredLargeObject>(call.host, call.arguments[0].integer)),
              options);
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
                        problem.code.empty() ? Cell() : Cell::text(problem.code),
                        problem.table.empty() ? Cell() : Cell::text(problem.table),
                        problem.row == 0 ? Cell() : count_cell(problem.row),
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

// Whether the tables that are missing can be made, how, and what they would lose.
void check_creation(Host& host, const DocumentInput& input, const ImportOptions& import,
                    ImportFindings& findings) {
  try {
    for (move::CreationDecision& one :
         move::check_missing_tables(host, input, import.selection, import.renames))
      (one.loss ? findings.warnings : findings.decisions)
          .add({one.loss ? std::string(code::kUnsupported) : std::string(), std::move(one.table), 0,
                std::move(one.column), std::move(one.text), json::Position{0, 0, 0}});
  } catch (const Error& error) {
    if (error.code != code::kInvalidDocument && error.code != code::kUnsupported) throw;
    findings.errors.add({error.code, "", 0, "", error.message, json::Position{0, 0, 0}});
  }
}

void validate_from(Call& call, const DocumentInput& input, const Options& options) {
  BadRows bad_rows;
  ImportFindings findings;
  const ImportOptions import = import_options(options, bad_rows);
  check_import(call.host, input, import, findings);
  if (import.create && findings.errors.empty()) check_creation(call.host, input, import, findings);
  emit_problems(call, "error", findings.errors);
  emit_problems(call, "warning", findings.warnings);
  emit_problems(call, "info", findings.decisions);
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

}  // namespace

std::span<const Function> transfer_functions() {
  static constexpr Function kFunctions[] = {
      {"import_json", kDocumentAndOptions, kImportColumns, Effect::writes, run_import_json},
      {"import_json_file", kPathAndOptions, kImportColumns, Effect::writes, run_import_json_file},
      {"import_json_lo", kLargeObjectAndOptions, kImportColumns, Effect::writes, run_import_json_lo},
      {"import_validate", kDocumentAndOptions, kProblemColumns, Effect::reads, run_import_validate},
      {"data_verify", kDocumentOrPathAndOptions, kVerifyColumns, Effect::reads, run_data_verify},
  };
  return kFunctions;
}

}  // namespace whimbrel
