// The SQL functions that look at migrations and their history. Each reads its arguments, calls the core,
// gives rows back; nothing is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/each_row.h"
#include "common/migration/file_name.h"
#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/report.h"
#include "common/migration/status.h"
#include "common/text/datetime.h"

namespace whimbrel {

namespace {

// --- migrate_status, migrate_report

constexpr ResultColumn kStatusColumns[] = {
    {"version", SqlType::text},    {"description", SqlType::text},
    {"state", SqlType::text},      {"applied_at", SqlType::timestamptz},
    {"applied_by", SqlType::text}, {"duration_ms", SqlType::real},
    {"file", SqlType::text},       {"note", SqlType::text}};

constexpr OptionSpec kStatusOptions[] = {
    {"env", OptionType::text_list}, kFormOption, {"diff", OptionType::boolean}};

void run_status(Call& call) {
  const Options given = read_options(call, 1, kStatusOptions);
  const MigrationStatus status(call.host, call.arguments[0], given.list("env"), given.text("form"),
                               given.flag("diff", false));
  for (const MigrationState& one : status.rows()) {
    const Cell row[] = {Cell::text(one.version),
                        Cell::text(one.description),
                        Cell::text(one.state),
                        one.applied_at,
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
  const Options given = read_options(call, 1, kReportOptions);
  const MigrationStatus status(call.host, call.arguments[0], given.list("env"), given.text("form"));
  const std::string report =
      given.text("format") == "json" ? report_json(status.rows()) : report_text(status.rows());
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
    {"server_version", SqlType::text},  {"detail", SqlType::text},
    {"settings", SqlType::text}};
constexpr OptionSpec kHistoryOptions[] = {{"limit", OptionType::integer},
                                          {"version", OptionType::text},
                                          {"action", OptionType::text, kLoggedActions},
                                          {"outcome", OptionType::text, kLoggedOutcomes},
                                          {"since", OptionType::text}};

// Which entries of the log are wanted.
class HistoryFilter {
 public:
  explicit HistoryFilter(const Options& given)
      : action_(given.text("action")), outcome_(given.text("outcome")) {
    if (const auto version = given.text("version")) version_key_ = version_key(*version);
    if (const auto since = given.text("since")) {
      const auto time = parse_timestamp(*since);
      if (!time)
        throw Error(code::kInvalidOption, "option \"since\" must be a time, not \"" + *since + "\"", {},
                    "Write it as 2026-11-20 or 2026-11-20T18:00:00Z.");
      since_ = time->microseconds;
    }
  }

  bool empty() const { return !version_key_ && !action_ && !outcome_ && !since_; }

  // `row` has the columns of kHistoryColumns.
  bool wants(const Cell* row) const {
    return (!version_key_ || version_key(text_of(row[3])) == *version_key_) &&
           (!action_ || text_of(row[2]) == *action_) && (!outcome_ || text_of(row[5]) == *outcome_) &&
           (!since_ || time_of(row[1]) >= *since_);
  }

 private:
  // SQLite keeps times as text, in UTC.
  static std::int64_t time_of(const Cell& cell) {
    if (cell.tag == Tag::timestamptz || cell.tag == Tag::timestamp) return cell.integer;
    const auto time = parse_timestamp(text_of(cell));
    return time ? time->microseconds : 0;
  }

  std::optional<std::string> version_key_, action_, outcome_;
  std::optional<std::int64_t> since_;
};

// The newest first.
void run_history(Call& call) {
  const Options given = read_options(call, 0, kHistoryOptions);
  std::optional<std::int64_t> limit = given.integer("limit");
  if (limit && *limit < 0)
    throw Error(code::kInvalidOption, "option \"limit\" must not be negative: " + std::to_string(*limit));
  const HistoryFilter filter(given);
  if (!call.host.has_own_tables(OwnTables::migrations)) return;
  std::string sql = "SELECT ";
  for (const ResultColumn& column : kHistoryColumns) {
    if (&column != kHistoryColumns) sql += ", ";
    sql += column.name;
  }
  sql += " FROM " + own_table(call.host, kLogTable) + " ORDER BY log_id DESC";
  std::vector<Cell> parameters;
  if (limit && filter.empty()) {
    sql += " LIMIT $1";
    parameters.push_back(Cell::integer_of(*limit));
  }
  for_each_row(call.host, sql, parameters, [&](const Cell* row) {
    if (!filter.wants(row) || (limit && (*limit)-- <= 0)) return;
    call.rows.emit({row, std::size(kHistoryColumns)});
  });
}

}  // namespace

std::span<const Function> migration_status_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_status", kSourceParameters, kStatusColumns, Effect::reads, run_status},
      Function{"migrate_report", kSourceParameters, kReportColumns, Effect::reads, run_report},
      Function{"migrate_history", kOptionsParameter, kHistoryColumns, Effect::reads, run_history},
  };
  return kFunctions;
}

}  // namespace whimbrel
