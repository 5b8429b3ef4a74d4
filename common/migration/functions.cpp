// The SQL functions of this folder. Each reads its arguments, calls the core, gives rows back; nothing is
// decided here.
#include "common/migration/functions.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/migration/own_tables.h"
#include "common/migration/registry.h"
#include "common/migration/report.h"
#include "common/migration/rollback.h"
#include "common/migration/runner.h"
#include "common/migration/status.h"
#include "common/options.h"

namespace whimbrel {

namespace {

constexpr Parameter kSource = {"source", SqlType::text, true};
constexpr Parameter kOptions = {"options", SqlType::json, true};
constexpr Parameter kSourceParameters[] = {kSource, kOptions};
constexpr Parameter kOptionsParameter[] = {kOptions};

std::optional<std::string> text_argument(const Call& call, std::size_t index) {
  if (call.arguments[index].is_null()) return std::nullopt;
  return text_of(call.arguments[index]);
}

std::string required_argument(const Call& call, std::size_t index, std::string_view name) {
  if (auto value = text_argument(call, index)) return std::move(*value);
  throw Error(code::kInvalidArgument, "argument \"" + std::string(name) + "\" is NULL");
}

Cell text_or_null(const std::optional<std::string>& text) { return text ? Cell::text(*text) : Cell(); }
Cell text_or_null(const std::string& text) { return text.empty() ? Cell() : Cell::text(text); }

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
constexpr OptionSpec kApplyOptions[] = {{"target", OptionType::text},
                                        {"steps", OptionType::integer},
                                        {"dry_run", OptionType::boolean},
                                        {"on_error", OptionType::text, kOnErrorChoices}};

void run_apply(Call& call) {
  const Options given(call.arguments[1], kApplyOptions);
  ApplyOptions options;
  options.target = given.text("target");
  options.steps = given.integer("steps");
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

// --- migrate_status, migrate_report

constexpr ResultColumn kStatusColumns[] = {
    {"version", SqlType::text},    {"description", SqlType::text},
    {"state", SqlType::text},      {"applied_at", SqlType::timestamptz},
    {"applied_by", SqlType::text}, {"duration_ms", SqlType::real},
    {"file", SqlType::text},       {"note", SqlType::text}};

void run_status(Call& call) {
  const Options given(call.arguments[1], {});
  for (const MigrationState& one : read_status(call.host, call.arguments[0])) {
    const Cell row[] = {Cell::text(one.version),
                        Cell::text(one.description),
                        Cell::text(one.state),
                        one.applied_at.cell(),
                        one.applied ? Cell::text(one.applied_by) : Cell(),
                        one.applied ? Cell::real_of(one.duration_ms) : Cell(),
                        text_or_null(one.file),
                        text_or_null(one.note)};
    call.rows.emit(row);
  }
}

constexpr ResultColumn kReportColumns[] = {{"migrate_report", SqlType::text}};
constexpr std::string_view kReportFormats[] = {"text", "json"};
constexpr OptionSpec kReportOptions[] = {{"format", OptionType::text, kReportFormats}};

void run_report(Call& call) {
  const Options given(call.arguments[1], kReportOptions);
  const std::vector<MigrationState> rows = read_status(call.host, call.arguments[0]);
  const std::string report = given.text("format") == "json" ? report_json(rows) : report_text(rows);
  const Cell row[] = {Cell::text(report)};
  call.rows.emit(row);
}

// --- migrate_history

constexpr ResultColumn kHistoryColumns[] = {
    {"log_id", SqlType::bigint},        {"logged_at", SqlType::timestamptz},
    {"action", SqlType::text},          {"version", SqlType::text},
    {"description", SqlType::text},     {"outcome", SqlType::text},
    {"duration_ms", SqlType::real},     {"statements", SqlType::bigint},
    {"rows_affected", SqlType::bigint}, {"executed_by", SqlType::text},
    {"client_address", SqlType::text},  {"application", SqlType::text},
    {"server_version", SqlType::text},  {"detail", SqlType::text}};
constexpr OptionSpec kHistoryOptions[] = {{"limit", OptionType::integer}};

// The newest first.
void run_history(Call& call) {
  const Options given(call.arguments[0], kHistoryOptions);
  const std::optional<std::int64_t> limit = given.integer("limit");
  if (limit && *limit < 0)
    throw Error(code::kInvalidOption, "option \"limit\" must not be negative: " + std::to_string(*limit));
  if (!call.host.has_own_tables()) return;
  std::string sql = "SELECT ";
  for (const ResultColumn& column : kHistoryColumns) {
    if (&column != kHistoryColumns) sql += ", ";
    sql += column.name;
  }
  sql += " FROM " + own_table(call.host, kLogTable) + " ORDER BY log_id DESC";
  std::vector<Cell> parameters;
  if (limit) {
    sql += " LIMIT $1";
    parameters.push_back(Cell::integer_of(*limit));
  }
  for_each_row(call.host, sql, parameters, [&call](const Cell* row) {
    call.rows.emit({row, std::size(kHistoryColumns)});
  });
}

// --- migrate_add, migrate_sql

constexpr Parameter kAddParameters[] = {{"version", SqlType::text, false},
                                        {"description", SqlType::text, false},
                                        {"up", SqlType::text, false},
                                        {"down", SqlType::text, true},
                                        kOptions};
constexpr ResultColumn kAddColumns[] = {{"migrate_add", SqlType::text}};

void run_add(Call& call) {
  const Options given(call.arguments[4], {});
  Registration registration;
  registration.version = required_argument(call, 0, "version");
  registration.description = text_argument(call, 1).value_or("");
  registration.up = required_argument(call, 2, "up");
  registration.down = text_argument(call, 3);
  register_migration(call.host, registration);
  const Cell row[] = {Cell::text(registration.version)};
  call.rows.emit(row);
}

constexpr Parameter kSqlParameters[] = {{"version", SqlType::text, false},
                                        {"direction", SqlType::text, true}};
constexpr ResultColumn kSqlColumns[] = {{"migrate_sql", SqlType::text}};

void run_sql(Call& call) {
  const std::string version = required_argument(call, 0, "version");
  const std::string direction = text_argument(call, 1).value_or("up");
  if (direction != "up" && direction != "down") {
    throw Error(code::kInvalidArgument, "direction must be \"up\" or \"down\", not \"" + direction + "\"");
  }
  const auto sql = stored_sql(call.host, version, direction == "up" ? Direction::up : Direction::down);
  const Cell row[] = {text_or_null(sql)};
  call.rows.emit(row);
}

constexpr std::array kFunctions = {
    Function{"migrate_apply", kSourceParameters, kOutcomeColumns, Effect::writes, run_apply},
    Function{"migrate_status", kSourceParameters, kStatusColumns, Effect::reads, run_status},
    Function{"migrate_report", kSourceParameters, kReportColumns, Effect::reads, run_report},
    Function{"migrate_rollback", kOptionsParameter, kOutcomeColumns, Effect::writes, run_rollback},
    Function{"migrate_add", kAddParameters, kAddColumns, Effect::writes, run_add},
    Function{"migrate_history", kOptionsParameter, kHistoryColumns, Effect::reads, run_history},
    Function{"migrate_sql", kSqlParameters, kSqlColumns, Effect::reads, run_sql},
};

}  // namespace

std::span<const Function> migration_functions() { return kFunctions; }

}  // namespace whimbrel
