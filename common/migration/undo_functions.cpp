// The SQL functions that undo migrations. Each reads its arguments, calls the core, gives rows back; nothing
// is decided here.
#include <array>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/outcome_rows.h"
#include "common/migration/redo.h"
#include "common/migration/reset.h"
#include "common/migration/rollback_options.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

// --- migrate_rollback, migrate_redo

constexpr OptionSpec kRollbackOptions[] = {{"steps", OptionType::integer},
                                           {"to", OptionType::text},
                                           {"version", OptionType::text},
                                           {"dry_run", OptionType::boolean}};

void run_rollback(Call& call) {
  const Options given = read_options(call, 0, join(kRollbackOptions, kLimitOptions));
  call.host.set_limits(read_limits(given));
  emit_outcomes(call, rollback_migrations(call.host, read_rollback_options(given)));
}

constexpr OptionSpec kRedoOptions[] = {{"source", OptionType::text_or_array},
                                       kFormOption,
                                       {"env", OptionType::text_list},
                                       {"vars", OptionType::text_map},
                                       kVerifyOption};

void run_redo(Call& call) {
  const Options given = read_options(call, 0, join(join(kRollbackOptions, kLimitOptions), kRedoOptions));
  call.host.set_limits(read_limits(given));
  RedoOptions options;
  options.undo = read_rollback_options(given);
  options.source = given.text("source");
  options.plan.form = given.text("form");
  options.plan.environments = given.list("env");
  if (given.has("vars")) options.plan.variables = given.map("vars");
  options.plan.verify = given.flag("verify", true);
  require_source(given, {"form", "env", "vars"}, "Without a source the text is applied that ran before.");
  emit_outcomes(call, redo_migrations(call.host, options));
}

// --- migrate_reset

constexpr std::string_view kResetModes[] = {"down", "drop"};
constexpr OptionSpec kResetOptions[] = {{"mode", OptionType::text, kResetModes},
                                        {"confirm", OptionType::text},
                                        {"schemas", OptionType::text_list},
                                        {"dry_run", OptionType::boolean}};

void run_reset(Call& call) {
  const Options given = read_options(call, 0, join(kResetOptions, kLimitOptions));
  call.host.set_limits(read_limits(given));
  ResetOptions options;
  if (given.text("mode") == "drop") options.mode = ResetMode::drop;
  options.confirm = given.text("confirm");
  options.schemas = wanted_names(given, "schemas", "the default schema");
  options.dry_run = given.flag("dry_run", false);
  emit_outcomes(call, reset_migrations(call.host, options));
}

}  // namespace

std::span<const Function> migration_undo_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_rollback", kOptionsParameter, kOutcomeColumns, Effect::writes, run_rollback},
      Function{"migrate_redo", kOptionsParameter, kOutcomeColumns, Effect::writes, run_redo},
      Function{"migrate_reset", kOptionsParameter, kOutcomeColumns, Effect::writes, run_reset},
  };
  return kFunctions;
}

}  // namespace whimbrel
