// The SQL functions that look at migrations and their history. Each reads its arguments, calls the core,
// gives rows back; nothing is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/report.h"
#include "common/migration/status.h"

namespace whimbrel {

namespace {

// --- migrate_status, migrate_report

constexpr ResultColumn kStatusColumns[] = {
    {"version", SqlType::text},    {"description", SqlType::text},
    {"state", SqlType::text},      {"applied_at", SqlType::timestamptz},
    {"applied_by", SqlType::text}, {"duration_ms", SqlType::real},
    {"file", SqlType::text},       {"note", SqlType::text}};

constexpr OptionSpec kStatusOptions[] = {{"env", OptionType::text_list}, kFormOption};

void run_status(Call& call) {
  const Options given(call.arguments[1], kStatusOptions);
  for (const MigrationState& one :
       read_status(call.host, call.arguments[0], given.list("env"), given.text("form"))) {
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
constexpr OptionSpec kReportOptions[] = {
    {"env", OptionType::text_list}, kFormOption, {"format", OptionType::text, kReportFormats}};

void run_report(Call& call) {
  const Options given(call.arguments[1], kReportOptions);
  const std::vector<MigrationState> rows =
      read_status(call.host, call.arguments[0], given.list("env"), given.text("form"));
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

constexpr std::array kFunctions = {
    Function{"migrate_status", kSourceParameters, kStatusColumns, Effect::reads, run_status},
    Function{"migrate_report", kSourceParameters, kReportColumns, Effect::reads, run_report},
    Function{"migrate_history", kOptionsParameter, kHistoryColumns, Effect::reads, run_history},
};

}  // namespace

std::span<const Function> migration_status_functions() { return kFunctions; }

}  // namespace whimbrel
