#include "common/bundle/functions.h"

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/bundle/compare.h"
#include "common/bundle/drift.h"
#include "common/bundle/export.h"
#include "common/bundle/import.h"
#include "common/bundle/plan.h"
#include "common/bundle/rollback.h"
#include "common/bundle/store.h"
#include "common/bundle/suspects.h"
#include "common/error.h"
#include "common/json/writer.h"
#include "common/json_rows.h"
#include "common/options.h"
#include "common/text/datetime.h"
#include "common/text/now.h"
#include "common/transfer/arguments.h"

namespace whimbrel {

namespace {

std::string name_argument(const Call& call) {
  const std::string name(required_text(call, "name"));
  if (name.empty()) throw Error(code::kInvalidArgument, "name must not be empty");
  return name;
}

// --- define, drop, list

constexpr Parameter kDefineParameters[] = {{"name", SqlType::text, false}, {"spec", SqlType::json, false}};
constexpr ResultColumn kDefineColumns[] = {{"bundle_define", SqlType::text}};

void run_define(Call& call) {
  const std::string name = name_argument(call);
  if (call.arguments[1].is_null()) throw Error(code::kInvalidArgument, "spec must not be null");
  const auto shape = compile_bundle(call.host, name, call.arguments[1].view());
  refuse_suspects(call.host, *shape);
  const Cell row[] = {Cell::text(store_bundle(call.host, *shape))};
  call.rows.emit(row);
}

constexpr Parameter kNameOnly[] = {{"name", SqlType::text, false}};
constexpr ResultColumn kDropColumns[] = {{"bundle_drop", SqlType::boolean}};

void run_drop(Call& call) {
  drop_bundle(call.host, name_argument(call));
  const Cell row[] = {Cell::boolean(true)};
  call.rows.emit(row);
}

constexpr ResultColumn kListColumns[] = {{"bundle", SqlType::text},
                                         {"tables", SqlType::text},
                                         {"parameters", SqlType::text},
                                         {"state", SqlType::text},
                                         {"spec", SqlType::json}};

void run_list(Call& call) {
  for (const StoredBundle& one : stored_bundles(call.host)) {
    std::string tables, parameters, state = "ok";
    try {
      const auto shape = compile_bundle(call.host, one.name, one.spec);
      for (const auto& node : shape->nodes) {
        const std::string name = node->table == nullptr ? "" : node->table->display_name();
        if (!name.empty() && (", " + tables + ",").find(", " + name + ",") == std::string::npos)
          tables += (tables.empty() ? "" : ", ") + name;
      }
      for (const auto& [name, parameter] : shape->parameters)
        parameters += (parameters.empty() ? "" : ", ") + name;
    } catch (const Error& error) {
      if (error.code != code::kInvalidBundle) throw;
      state = error.message;
    }
    const Cell row[] = {Cell::text(one.name), Cell::text(tables), Cell::text(parameters), Cell::text(state),
                        Cell::of(Tag::json, one.spec)};
    call.rows.emit(row);
  }
}

// --- export

constexpr std::string_view kFormats[] = {"json", "text"};
constexpr OptionSpec kExportOptions[] = {{"parameters", OptionType::text_map},
                                         {"exported_at", OptionType::text},
                                         {"pretty", OptionType::boolean},
                                         {"format", OptionType::text, kFormats}};
constexpr Parameter kExportParameters[] = {{"name", SqlType::text, false}, {"options", SqlType::json, true}};
constexpr ResultColumn kExportColumns[] = {{"bundle_export", SqlType::json}};

void run_export(Call& call) {
  const Options options(call.arguments[1], kExportOptions);
  const StoredBundle bundle = find_bundle(call.host, name_argument(call));
  const auto shape = compile_bundle(call.host, bundle.name, bundle.spec);
  BundleContext context;
  context.parameters = parameters_of(*shape, options.map("parameters"));
  context.exported_at = options.text("exported_at").value_or(now_text());
  if (!parse_timestamp(context.exported_at))
    throw Error(code::kInvalidOption,
                "option \"exported_at\" must be a time, as in 2026-11-20T18:00:00Z, not \"" +
                    context.exported_at + "\"");
  BundleLayout layout = options.flag("pretty", true) ? BundleLayout::pretty : BundleLayout::compact;
  if (options.text("format") == "text") {
    if (options.has("pretty"))
      throw Error(code::kInvalidOption, "option \"pretty\" cannot be used with \"format\": \"text\"");
    layout = BundleLayout::text;
  }
  const json::Buffer document = export_bundle(call.host, *shape, context, layout);
  json::Buffer text;
  if (layout == BundleLayout::text) json::write_string(text, document.view());
  const Cell row[] = {Cell::of(Tag::json, layout == BundleLayout::text ? text.view() : document.view())};
  call.rows.emit(row);
}

// --- validate, plan, import, rollback, drift

constexpr std::string_view kRowFormats[] = {"rows", "json", "text"};
constexpr OptionSpec kBundleOption = {"bundle", OptionType::text};
constexpr OptionSpec kSecretsOption = {"secrets", OptionType::text_map};
constexpr OptionSpec kPruneOption = {"prune", OptionType::boolean};
constexpr OptionSpec kFormatOption = {"format", OptionType::text, kRowFormats};
constexpr OptionSpec kFailOption = {"fail", OptionType::boolean};
constexpr Parameter kDocumentParameters[] = {{"document", SqlType::json, false},
                                             {"options", SqlType::json, true}};

struct DocumentCall {
  DocumentCall(Call& call, const Options& options)
      : document(required_text(call, "document")), bundle(find_bundle(call.host, options.text("bundle"))) {
    shape = compile_bundle(call.host, bundle.name, bundle.spec);
    compare.prune = options.flag("prune", false);
    compare.secrets = options.map("secrets");
  }

  std::string_view document;
  StoredBundle bundle;
  std::unique_ptr<BundleShape> shape;
  CompareOptions compare;
};

Cell text_or_null(const std::string& text) { return text.empty() ? Cell() : Cell::text(text); }
Cell text_or_null(const std::optional<std::string>& text) { return text ? Cell::text(*text) : Cell(); }

constexpr OptionSpec kValidateOptions[] = {kBundleOption, kSecretsOption, kFailOption, kFormatOption};
constexpr ResultColumn kValidateColumns[] = {{"severity", SqlType::text},
                                             {"code", SqlType::text},
                                             {"table_name", SqlType::text},
                                             {"path", SqlType::text},
                                             {"message", SqlType::text}};

// As one row: its message is the whole, as text or as JSON.
void emit_whole(Call& call, const BundleProblems& problems, const std::string& format) {
  JsonRows json(kValidateColumns);
  std::string text;
  for (const BundleProblem& problem : problems.kept()) {
    const Cell row[] = {Cell::text(problem.severity), Cell::text(problem.code), text_or_null(problem.table),
                        Cell::text(problem.path), Cell::text(problem.message)};
    json.emit(row);
    text += std::string(problem.severity) + " " + problem.code + " " + problem.path + ": " + problem.message +
            "\n";
  }
  if (problems.kept().empty()) text = "nothing is wrong\n";
  const Cell row[] = {Cell::text(problems.errors() > 0 ? "error" : "ok"), Cell(), Cell(), Cell::text("$"),
                      Cell::text(format == "json" ? json.finish() : text)};
  call.rows.emit(row);
}

void run_validate(Call& call) {
  const Options options(call.arguments[1], kValidateOptions);
  DocumentCall one(call, options);
  one.compare.remarks = true;
  BundleProblems problems;
  BundleComparison(call.host, *one.shape, one.document, one.compare).run(problems);
  if (options.flag("fail", false)) problems.throw_if_any(one.bundle.name);
  const std::string format = options.text("format").value_or("rows");
  if (format != "rows") {
    emit_whole(call, problems, format);
    return;
  }
  for (const BundleProblem& problem : problems.kept()) {
    const Cell row[] = {Cell::text(problem.severity), Cell::text(problem.code), text_or_null(problem.table),
                        Cell::text(problem.path), Cell::text(problem.message)};
    call.rows.emit(row);
  }
}

constexpr OptionSpec kPlanOptions[] = {kBundleOption, kSecretsOption, kPruneOption, kFormatOption};
constexpr ResultColumn kPlanColumns[] = {{"action", SqlType::text},    {"table_name", SqlType::text},
                                         {"key", SqlType::text},       {"column_name", SqlType::text},
                                         {"old_value", SqlType::text}, {"new_value", SqlType::text},
                                         {"plan_hash", SqlType::text}};

void run_plan(Call& call) {
  const Options options(call.arguments[1], kPlanOptions);
  const DocumentCall one(call, options);
  BundleProblems problems;
  BundleComparison comparison(call.host, *one.shape, one.document, one.compare);
  comparison.run(problems);
  problems.throw_if_any(one.bundle.name);
  const std::string hash = comparison.plan_hash();
  const std::string summary = plan_summary(comparison);
  const std::string format = options.text("format").value_or("rows");
  const auto emit = [&](std::string_view action, const std::string& text) {
    const Cell row[] = {Cell::text(action), Cell(),          Cell(), Cell(), Cell(),
                        Cell::text(text),   Cell::text(hash)};
    call.rows.emit(row);
  };
  if (format != "rows") {
    emit("plan",
         format == "json" ? plan_json(comparison, summary, hash) : plan_text(comparison, summary, hash));
    return;
  }
  for_each_plan_row(comparison, [&](const PlanRow& change) {
    const Cell row[] = {Cell::text(change.action),
                        Cell::text(change.table),
                        Cell::text(change.key),
                        change.column.empty() ? Cell() : Cell::text(change.column),
                        text_or_null(change.old_value),
                        text_or_null(change.new_value),
                        Cell::text(hash)};
    call.rows.emit(row);
  });
  emit("summary", summary);
}

constexpr OptionSpec kImportOptions[] = {kBundleOption,
                                         kSecretsOption,
                                         kPruneOption,
                                         {"plan_hash", OptionType::text},
                                         {"dry_run", OptionType::boolean}};
constexpr ResultColumn kImportColumns[] = {{"table_name", SqlType::text},  {"inserted", SqlType::bigint},
                                           {"updated", SqlType::bigint},   {"deleted", SqlType::bigint},
                                           {"unchanged", SqlType::bigint}, {"run_id", SqlType::bigint},
                                           {"plan_hash", SqlType::text},   {"summary", SqlType::text}};

void emit_outcome(Call& call, const BundleOutcome& outcome) {
  for (const BundleTableOutcome& table : outcome.tables) {
    const Cell row[] = {
        Cell::text(table.table),         count_cell(table.inserted),
        count_cell(table.updated),       count_cell(table.deleted),
        count_cell(table.unchanged),     outcome.run == 0 ? Cell() : Cell::integer_of(outcome.run),
        text_or_null(outcome.plan_hash), Cell::text(outcome.summary)};
    call.rows.emit(row);
  }
}

void run_import(Call& call) {
  const Options options(call.arguments[1], kImportOptions);
  const DocumentCall one(call, options);
  call.host.ensure_own_tables(OwnTables::bundles);
  const ImportBundleOptions import{one.compare, options.text("plan_hash"), options.flag("dry_run", false)};
  emit_outcome(call, import_bundle(call.host, *one.shape, one.document, import));
}

constexpr OptionSpec kRollbackOptions[] = {
    kBundleOption, kSecretsOption, kPruneOption, {"dry_run", OptionType::boolean}};
constexpr Parameter kRollbackParameters[] = {{"run_or_backup", SqlType::text, false},
                                             {"options", SqlType::json, true}};

bool is_document(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

void run_rollback(Call& call) {
  const Options options(call.arguments[1], kRollbackOptions);
  const bool dry_run = options.flag("dry_run", false);
  const Cell& argument = call.arguments[0];
  std::int64_t run = argument.integer;
  if (argument.tag != Tag::integer) {
    const std::string_view text = required_text(call, "run_or_backup");
    if (is_document(text)) {
      DocumentCall one(call, options);
      // A backup is what there was: what has come since goes.
      one.compare.prune = options.flag("prune", true);
      call.host.ensure_own_tables(OwnTables::bundles);
      emit_outcome(
          call, import_bundle(call.host, *one.shape, one.document, {one.compare, {}, dry_run}, "rollback"));
      return;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), run);
    if (error != std::errc() || end != text.data() + text.size())
      throw Error(code::kInvalidArgument, "run_or_backup must be the number of a run, or a document");
  }
  for (const std::string_view name : {"bundle", "secrets", "prune"})
    if (options.has(name))
      throw Error(code::kInvalidOption, "option \"" + std::string(name) +
                                            "\" has no meaning for a run, which knows what it replaced");
  emit_outcome(call, rollback_run(call.host, run, dry_run));
}

constexpr OptionSpec kDriftOptions[] = {kBundleOption, kFailOption};
constexpr ResultColumn kDriftColumns[] = {{"state", SqlType::text},       {"table_name", SqlType::text},
                                          {"key", SqlType::text},         {"column_name", SqlType::text},
                                          {"base_value", SqlType::text},  {"here_value", SqlType::text},
                                          {"there_value", SqlType::text}, {"detail", SqlType::text}};

void run_drift(Call& call) {
  const Options options(call.arguments[1], kDriftOptions);
  const DocumentCall one(call, options);
  const std::vector<DriftRow> rows = find_drift(call.host, *one.shape, one.document);
  if (rows.empty()) {
    const Cell row[] = {Cell::text("in_sync"), Cell(), Cell(), Cell(), Cell(), Cell(), Cell(), Cell()};
    call.rows.emit(row);
    return;
  }
  if (options.flag("fail", false)) {
    std::string detail;
    for (const DriftRow& row : rows)
      detail += (detail.empty() ? "" : "\n") + std::string(row.state) + ": " + row.table + " " + row.key +
                (row.column.empty() ? "" : ", column " + row.column);
    throw Error(code::kChangedSince,
                "bundle \"" + one.bundle.name + "\" has drifted: " + std::to_string(rows.size()) +
                    (rows.size() == 1 ? " difference" : " differences"),
                detail);
  }
  for (const DriftRow& drift : rows) {
    const Cell row[] = {Cell::text(drift.state),   Cell::text(drift.table),
                        Cell::text(drift.key),     text_or_null(drift.column),
                        text_or_null(drift.base),  text_or_null(drift.here),
                        text_or_null(drift.there), drift.detail.empty() ? Cell() : Cell::text(drift.detail)};
    call.rows.emit(row);
  }
}

}  // namespace

std::span<const Function> bundle_functions() {
  static constexpr Function kFunctions[] = {
      {"bundle_define", kDefineParameters, kDefineColumns, Effect::writes, run_define},
      {"bundle_drop", kNameOnly, kDropColumns, Effect::writes, run_drop},
      {"bundle_list", {}, kListColumns, Effect::reads, run_list},
      {"bundle_export", kExportParameters, kExportColumns, Effect::reads, run_export},
      {"bundle_validate", kDocumentParameters, kValidateColumns, Effect::reads, run_validate},
      {"bundle_plan", kDocumentParameters, kPlanColumns, Effect::reads, run_plan},
      {"bundle_import", kDocumentParameters, kImportColumns, Effect::writes, run_import},
      {"bundle_rollback", kRollbackParameters, kImportColumns, Effect::writes, run_rollback},
      {"bundle_drift", kDocumentParameters, kDriftColumns, Effect::reads, run_drift},
  };
  return kFunctions;
}

}  // namespace whimbrel
