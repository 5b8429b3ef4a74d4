// The SQL functions that run migrations. Each reads its arguments, calls the core, gives rows back; nothing
// is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/rollback.h"
#include "common/migration/runner.h"

namespace whimbrel {

namespace {

// --- migrate_apply, migrate_rollback

constexpr ResultColumn kOutcomeColumns[] = {
    {"version", SqlType::text},      {"description", SqlType::text},     {"status", SqlType::text},
    {"statements", SqlType::bigint}, {"rows_affected", SqlType::bigint}, {"duration_ms", SqlType::real},
    {"error", SqlType::text}};

void emit_outcomes(Call& call, const std::vector<Outcome>& outcomes) {
  for (const Outcome& one : outcomes) {
    const Cell row[] = {
        Cell::text(one.version),          Cell::text(one.description),         Cell::text(one.status),
        Cell::integer_of(one.statements), Cell::integer_of(one.rows_affected), Cell::real_of(one.duration_ms),
        text_or_null(one.error)};
    call.rows.emit(row);
  }
}

constexpr std::string_view kOnErrorChoices[] = {"abort", "stop"};
constexpr OptionSpec kApplyOptions[] = {{"dry_run", OptionType::boolean},
                                        {"on_error", OptionType::text, kOnErrorChoices}};

void run_apply(Call& call) {
  const Options given(call.arguments[1], join(kPlanOptions, kApplyOptions));
  ApplyOptions options;
  options.plan = read_plan_options(given);
  options.dry_run = given.flag("dry_run", false);
  options.stop_on_error = given.text("on_error") == "stop";
  emit_outcomes(call, apply_migrations(call.host, call.arguments[0], options));
}

constexpr OptionSpec kRollbackOptions[] = {{"steps", OptionType::integer},
                                           {"to", OptionType::text},
                                           {"version", OptionType::text},
                                           {"dry_run", OptionType::boolean}};

void run_rollback(Call& call) {
  const Options given(call.arguments[0], kRollbackOptions);
  RollbackOptions options;
  options.steps = given.integer("steps");
  options.to = given.text("to");
  options.version = given.text("version");
  options.dry_run = given.flag("dry_run", false);
  emit_outcomes(call, rollback_migrations(call.host, options));
}

constexpr std::array kFunctions = {
    Function{"migrate_apply", kSourceParameters, kOutcomeColumns, Effect::writes, run_apply},
    Function{"migrate_rollback", kOptionsParameter, kOutcomeColumns, Effect::writes, run_rollback},
};

}  // namespace

std::span<const Function> migration_run_functions() { return kFunctions; }

}  // namespace whimbrel
