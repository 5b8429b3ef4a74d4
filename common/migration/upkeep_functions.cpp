// The SQL functions that keep the history and the files in order and run no migration. Each reads its
// arguments, calls the core, gives rows back; nothing is decided here.
#include <array>

#include "common/migration/baseline.h"
#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/new_file.h"
#include "common/migration/outcome_rows.h"
#include "common/migration/repair.h"

namespace whimbrel {

namespace {

constexpr Parameter kVersion = {"version", SqlType::text, false};

// --- migrate_baseline

constexpr Parameter kBaselineParameters[] = {kVersion, kOptions};
constexpr OptionSpec kBaselineOptions[] = {
    {"source", OptionType::text_or_array}, kFormOption, {"dry_run", OptionType::boolean}};

void run_baseline(Call& call) {
  const Options given = read_options(call, 1, kBaselineOptions);
  const BaselineOptions options{given.text("source"), given.flag("dry_run", false), given.text("form")};
  emit_outcomes(call, baseline_migrations(call.host, required_argument(call, 0, "version"), options));
}

// --- migrate_repair

constexpr Parameter kRepairParameters[] = {{"version", SqlType::text, true}, kOptions};
constexpr ResultColumn kRepairColumns[] = {
    {"version", SqlType::text}, {"action", SqlType::text}, {"detail", SqlType::text}};
constexpr OptionSpec kRepairOptions[] = {{"source", OptionType::text_or_array},
                                         kFormOption,
                                         {"forget", OptionType::boolean},
                                         {"dry_run", OptionType::boolean}};

void run_repair(Call& call) {
  const Options given = read_options(call, 1, kRepairOptions);
  const RepairOptions options{given.text("source"), given.flag("forget", false), given.flag("dry_run", false),
                              given.text("form")};
  for (const Repair& one : repair_migrations(call.host, text_argument(call, 0), options)) {
    const Cell row[] = {Cell::text(one.version), Cell::text(one.action), Cell::text(one.detail)};
    call.rows.emit(row);
  }
}

// --- migrate_new

constexpr Parameter kNewParameters[] = {
    {"directory", SqlType::text, false}, {"description", SqlType::text, false}, kOptions};
constexpr ResultColumn kNewColumns[] = {{"migrate_new", SqlType::text}};
constexpr OptionSpec kNewOptions[] = {{"version", OptionType::text},
                                      {"template", OptionType::text},
                                      {"down", OptionType::boolean},
                                      {"verify", OptionType::boolean}};

void run_new(Call& call) {
  const Options given(call.arguments[2], kNewOptions);
  NewFileOptions options;
  options.version = given.text("version");
  options.text_template = given.text("template").value_or("empty");
  for (const std::string_view name : {"down", "verify"})
    if (given.has(name) && options.text_template.find('/') != std::string::npos)
      throw Error(code::kInvalidOption,
                  "option \"" + std::string(name) + "\" is for the built-in templates only",
                  "A template of your own has the parts that stand in it.");
  options.down = given.flag("down", true);
  options.verify = given.flag("verify", false);
  const std::string path = write_new_file(call.host, required_argument(call, 0, "directory"),
                                          required_argument(call, 1, "description"), options);
  const Cell row[] = {Cell::text(path)};
  call.rows.emit(row);
}

}  // namespace

std::span<const Function> migration_upkeep_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_baseline", kBaselineParameters, kOutcomeColumns, Effect::writes, run_baseline},
      Function{"migrate_repair", kRepairParameters, kRepairColumns, Effect::writes, run_repair},
      Function{"migrate_new", kNewParameters, kNewColumns, Effect::reads, run_new},
  };
  return kFunctions;
}

}  // namespace whimbrel
