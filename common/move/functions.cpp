#include "common/move/functions.h"

#include <string>

#include "common/move/export.h"
#include "common/move/import.h"
#include "common/options.h"
#include "common/transfer/arguments.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

constexpr std::string_view kNames[] = {"keep", "fold"};
constexpr std::string_view kOnLoss[] = {"error", "report"};
constexpr OptionSpec kMoveOptions[] = {{"names", OptionType::text, kNames},
                                       {"schema", OptionType::text},
                                       {"tables", OptionType::text_list},
                                       {"map", OptionType::text_map},
                                       {"on_loss", OptionType::text, kOnLoss}};

constexpr OptionSpec kExportOptions[] = {{"tables", OptionType::text_list},
                                         {"schemas", OptionType::text_list},
                                         {"exclude", OptionType::text_list},
                                         {"on_loss", OptionType::text, kOnLoss}};

constexpr ResultColumn kFindings[] = {
    {"object", SqlType::text}, {"kind", SqlType::text}, {"declared", SqlType::text}, {"found", SqlType::text},
    {"target", SqlType::text}, {"loss", SqlType::text}, {"reason", SqlType::text}};
constexpr ResultColumn kMoved[] = {{"table_name", SqlType::text},
                                   {"row_count", SqlType::bigint},
                                   {"digest_matches", SqlType::boolean},
                                   {"note", SqlType::text}};

Cell text_or_null(const std::string& text) { return text.empty() ? Cell() : Cell::text(text); }

move::MoveOptions move_options(const Options& options) {
  move::MoveOptions made;
  made.translation.names = options.text("names") == "fold" ? move::Names::fold : move::Names::keep;
  made.translation.schema = options.text("schema").value_or("");
  if (options.has("schema") && made.translation.schema.empty())
    throw Error(code::kInvalidOption, "option \"schema\" must not be empty");
  made.translation.types = options.map("map");
  made.selection.tables = wanted_names(options, "tables");
  made.report_loss = options.text("on_loss") == "report";
  return made;
}

void run_inspect(Call& call) {
  const move::MoveOptions options = move_options(Options(call.arguments[1], kMoveOptions));
  const std::string path = path_argument(call, FileAccess::read);
  for (const move::Finding& one : move::inspect_sqlite(call.host, path, options)) {
    const Cell row[] = {Cell::text(one.object),  Cell::text(one.kind),     text_or_null(one.declared),
                        text_or_null(one.found), text_or_null(one.target), text_or_null(one.loss),
                        text_or_null(one.reason)};
    call.rows.emit(row);
  }
}

void emit_moved(Call& call, const std::vector<move::MovedTable>& moved) {
  for (const move::MovedTable& one : moved) {
    const bool table = !one.name.empty();
    const Cell row[] = {text_or_null(one.name), table ? count_cell(one.rows) : Cell(),
                        table ? Cell::boolean(one.digest_matches) : Cell(), text_or_null(one.note)};
    call.rows.emit(row);
  }
}

void run_export(Call& call) {
  const Options options(call.arguments[1], kExportOptions);
  const std::string path = path_argument(call, FileAccess::write);
  emit_moved(call, move::export_sqlite(call.host, path, selection_options(options),
                                       options.text("on_loss") == "report"));
}

void run_import(Call& call) {
  const move::MoveOptions options = move_options(Options(call.arguments[1], kMoveOptions));
  const std::string path = path_argument(call, FileAccess::read);
  emit_moved(call, move::import_sqlite(call.host, path, options));
}

}  // namespace

std::span<const Function> move_functions() {
  static constexpr Function kFunctions[] = {
      {"inspect_sqlite", kPathAndOptions, kFindings, Effect::reads, run_inspect},
      {"import_sqlite", kPathAndOptions, kMoved, Effect::writes, run_import},
      {"export_sqlite", kPathAndOptions, kMoved, Effect::reads, run_export}};
  return kFunctions;
}

}  // namespace whimbrel
