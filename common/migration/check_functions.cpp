// The SQL functions that look at migrations before they run. Each reads its arguments, calls the core, gives
// rows back; nothing is decided here.
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/plan_rows.h"
#include "common/migration/source.h"
#include "common/migration/validate.h"

namespace whimbrel {

namespace {

// --- migrate_plan

constexpr ResultColumn kPlanColumns[] = {{"version", SqlType::text},   {"description", SqlType::text},
                                         {"ordinal", SqlType::bigint}, {"line", SqlType::bigint},
                                         {"sql", SqlType::text},       {"transactional", SqlType::boolean},
                                         {"hazard", SqlType::text},    {"detail", SqlType::text}};

void run_plan(Call& call) {
  const Options given = read_options(call, 1, kPlanOptions);
  const PlanOptions options = read_plan_options(given);
  const Source source = read_source(call.host, call.arguments[0], options.form);
  const std::vector<PlannedMigration> plan = make_plan(call.host, source, History::read(call.host), options);
  for (const PlannedStatement& one : list_statements(call.host, plan)) {
    std::string kinds, details;
    std::set<std::string_view> told;  // two hazards may have the same facts
    for (const Hazard& hazard : one.hazards) {
      if (kinds.find(hazard.kind) == std::string::npos) (kinds += kinds.empty() ? "" : ", ") += hazard.kind;
      if (told.insert(hazard.detail).second) (details += details.empty() ? "" : "\n") += hazard.detail;
    }
    const Cell row[] = {Cell::text(one.migration->file->version),
                        Cell::text(one.migration->description),
                        Cell::integer_of(one.ordinal),
                        Cell::integer_of(one.line),
                        Cell::text(one.sql),
                        Cell::boolean(one.transactional),
                        text_or_null(kinds),
                        text_or_null(details)};
    call.rows.emit(row);
  }
}

// --- migrate_validate

constexpr ResultColumn kFindingColumns[] = {
    {"file", SqlType::text},     {"line", SqlType::bigint}, {"column_number", SqlType::bigint},
    {"severity", SqlType::text}, {"code", SqlType::text},   {"message", SqlType::text},
    {"hint", SqlType::text}};
constexpr std::string_view kLevels[] = {"static", "execute", "roundtrip"};
constexpr OptionSpec kValidateOptions[] = {{"level", OptionType::text, kLevels}};

void run_validate(Call& call) {
  const Options given = read_options(call, 1, join(kPlanOptions, kValidateOptions));
  ValidateOptions options;
  options.plan = read_plan_options(given);
  const std::string level = given.text("level").value_or("static");
  options.level = level == "static"    ? ValidationLevel::static_
                  : level == "execute" ? ValidationLevel::execute
                                       : ValidationLevel::roundtrip;
  for (const Finding& one : validate_migrations(call.host, call.arguments[0], options)) {
    const Cell row[] = {text_or_null(one.file),
                        one.line ? Cell::integer_of(*one.line) : Cell(),
                        one.column ? Cell::integer_of(*one.column) : Cell(),
                        Cell::text(name_of(one.severity)),
                        Cell::text(one.code),
                        Cell::text(one.message),
                        text_or_null(one.hint)};
    call.rows.emit(row);
  }
}

}  // namespace

std::span<const Function> migration_check_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_plan", kSourceParameters, kPlanColumns, Effect::reads, run_plan},
      Function{"migrate_validate", kSourceParameters, kFindingColumns, Effect::either, run_validate},
  };
  return kFunctions;
}

}  // namespace whimbrel
