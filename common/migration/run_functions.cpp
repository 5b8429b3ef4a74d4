// The SQL functions that run migrations. Each reads its arguments, calls the core, gives rows back; nothing
// is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/outcome_rows.h"
#include "common/migration/rollback_options.h"
#include "common/migration/run.h"
#include "common/migration/run_undo.h"
#include "common/migration/runner.h"

namespace whimbrel {

namespace {

// --- migrate_apply

constexpr std::string_view kOnErrorChoices[] = {"abort", "stop"};
constexpr OptionSpec kApplyOptions[] = {{"dry_run", OptionType::boolean},
                                        {"on_error", OptionType::text, kOnErrorChoices}};

ApplyOptions read_apply_options(const Options& given) {
  ApplyOptions options;
  options.plan = read_plan_options(given);
  options.dry_run = given.flag("dry_run", false);
  options.stop_on_error = given.text("on_error") == "stop";
  return options;
}

void run_apply(Call& call) {
  const Options given = read_options(call, 1, join(join(kPlanOptions, kLimitOptions), kApplyOptions));
  call.host.set_limits(read_limits(given));
  emit_outcomes(call, apply_migrations(call.host, call.arguments[0], read_apply_options(given)));
}

// --- migrate_run

constexpr OptionSpec kUndoOptions[] = {
    {"undo", OptionType::boolean}, {"to", OptionType::text}, {"version", OptionType::text}};

// What undoes is in the database; what says how files are read or applied means nothing then.
RollbackOptions read_undo_options(const Call& call, const Options& given) {
  if (!call.arguments[0].is_null())
    throw Error(code::kInvalidArgument, "with the option \"undo\" the source must be NULL",
                "What undoes a migration is the text that the database keeps.");
  for (const std::string_view name : {"form", "target", "env", "vars", "out_of_order", "verify"})
    if (given.has(name))
      throw Error(code::kInvalidOption,
                  "option \"" + std::string(name) + "\" has no meaning with the option \"undo\"");
  if (given.has("on_error") && given.flag("dry_run", false))
    throw Error(code::kInvalidOption, "option \"on_error\" has no meaning with a dry run of \"undo\"",
                "All of it is rolled back, and the first error ends it.");
  return read_rollback_options(given);
}

void run_run(Call& call) {
  const Options given =
      read_options(call, 1, join(join(join(kPlanOptions, kLimitOptions), kApplyOptions), kUndoOptions));
  call.host.set_limits(read_limits(given));
  if (given.flag("undo", false)) {
    const RollbackOptions options = read_undo_options(call, given);
    emit_outcomes(call, options.dry_run
                            ? rollback_migrations(call.host, options)
                            : undo_one_by_one(call.host, options, given.text("on_error") == "stop"));
    return;
  }
  for (const std::string_view name : {"to", "version"})
    if (given.has(name))
      throw Error(code::kInvalidOption, "option \"" + std::string(name) + "\" needs the option \"undo\"", {},
                  "What is applied ends with the option \"target\".");
  emit_outcomes(call, run_migrations(call.host, call.arguments[0], read_apply_options(given)));
}

}  // namespace

std::span<const Function> migration_run_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_apply", kSourceParameters, kOutcomeColumns, Effect::writes, run_apply},
      Function{"migrate_run", kSourceParameters, kOutcomeColumns, Effect::commits, run_run},
  };
  return kFunctions;
}

}  // namespace whimbrel
