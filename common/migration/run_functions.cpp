// The SQL functions that run migrations. Each reads its arguments, calls the core, gives rows back; nothing
// is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/outcome_rows.h"
#include "common/migration/run.h"
#include "common/migration/runner.h"

namespace whimbrel {

namespace {

// --- migrate_apply

constexpr std::string_view kOnErrorChoices[] = {"abort", "stop"};
constexpr OptionSpec kApplyOptions[] = {{"dry_run", OptionType::boolean},
                                        {"on_error", OptionType::text, kOnErrorChoices}};

// Sets the limits of the call too.
ApplyOptions read_apply_options(Call& call) {
  const Options given = read_options(call, 1, join(join(kPlanOptions, kLimitOptions), kApplyOptions));
  call.host.set_limits(read_limits(given));
  ApplyOptions options;
  options.plan = read_plan_options(given);
  options.dry_run = given.flag("dry_run", false);
  options.stop_on_error = given.text("on_error") == "stop";
  return options;
}

void run_apply(Call& call) {
  emit_outcomes(call, apply_migrations(call.host, call.arguments[0], read_apply_options(call)));
}

void run_run(Call& call) {
  emit_outcomes(call, run_migrations(call.host, call.arguments[0], read_apply_options(call)));
}

constexpr std::array kFunctions = {
    Function{"migrate_apply", kSourceParameters, kOutcomeColumns, Effect::writes, run_apply},
    Function{"migrate_run", kSourceParameters, kOutcomeColumns, Effect::commits, run_run},
};

}  // namespace

std::span<const Function> migration_run_functions() { return kFunctions; }

}  // namespace whimbrel
