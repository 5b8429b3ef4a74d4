// The SQL function migrate_adopt.
#include "common/migration/functions.h"

#include <array>
#include <string>

#include "common/migration/adopt/adopt.h"
#include "common/migration/function_arguments.h"

namespace whimbrel {

namespace {

constexpr Parameter kAdoptParameters[] = {{"tool", SqlType::text, true}, kOptions};
constexpr ResultColumn kAdoptColumns[] = {
    {"version", SqlType::text}, {"description", SqlType::text}, {"applied_at", SqlType::timestamptz},
    {"tool", SqlType::text},    {"status", SqlType::text},      {"note", SqlType::text}};
constexpr OptionSpec kAdoptOptions[] = {
    {"source", OptionType::text_or_array}, {"table", OptionType::text},
    {"schema", OptionType::text},          kFormOption,
    {"vars", OptionType::text_map},        {"dry_run", OptionType::boolean}};

void run_adopt(Call& call) {
  const Options given(call.arguments[1], kAdoptOptions);
  require_source(given, {"form", "vars"}, "Without a source no text is taken over.");
  AdoptOptions options;
  options.tool = text_argument(call, 0);
  options.source = given.text("source");
  options.table = given.text("table");
  options.schema = given.text("schema");
  options.form = given.text("form");
  if (given.has("vars")) options.variables = given.map("vars");
  options.dry_run = given.flag("dry_run", false);
  for (const Adoption& one : adopt_history(call.host, options)) {
    const Cell row[] = {Cell::text(one.version), Cell::text(one.description), one.applied_at.cell(),
                        Cell::text(one.tool),    Cell::text(one.status),      text_or_null(one.note)};
    call.rows.emit(row);
  }
}

constexpr std::array kFunctions = {
    Function{"migrate_adopt", kAdoptParameters, kAdoptColumns, Effect::writes, run_adopt}};

}  // namespace

std::span<const Function> migration_adopt_functions() { return kFunctions; }

}  // namespace whimbrel
