#include "common/complete/functions.h"

#include <algorithm>

#include "common/complete/apply.h"
#include "common/complete/complete_file.h"
#include "common/complete/data_writer.h"
#include "common/complete/export_files.h"
#include "common/error.h"
#include "common/move/as_postgresql.h"
#include "common/move/as_sqlite.h"
#include "common/options.h"
#include "common/transfer/arguments.h"
#include "common/transfer/large_object_columns.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

// --- options

constexpr std::string_view kDialects[] = {"postgresql", "sqlite"};
constexpr OptionSpec kDataOptions[] = {
    {"schemas", OptionType::text_list},       {"tables", OptionType::text_list},
    {"exclude", OptionType::text_list},       {"clean", OptionType::boolean},
    {"rows_per_insert", OptionType::integer}, {"large_objects", OptionType::boolean},
    {"dialect", OptionType::text, kDialects}};
constexpr OptionSpec kCompleteOptions[] = {
    {"schemas", OptionType::text_list},     {"tables", OptionType::text_list},
    {"exclude", OptionType::text_list},     {"clean", OptionType::boolean},
    {"owner", OptionType::boolean},         {"privileges", OptionType::boolean},
    {"strict", OptionType::boolean},        {"rows_per_insert", OptionType::integer},
    {"schema_only", OptionType::boolean},   {"data_only", OptionType::boolean},
    {"large_objects", OptionType::boolean}, {"dialect", OptionType::text, kDialects}};
constexpr OptionSpec kApplyOptions[] = {{"schema_only", OptionType::boolean},
                                        {"data_only", OptionType::boolean},
                                        {"verify", OptionType::boolean},
                                        {"dry_run", OptionType::boolean}};

// --- parameters and columns

constexpr Parameter kOptionsOnly[] = {{"options", SqlType::json, true}};
constexpr Parameter kDirectoryAndOptions[] = {{"directory", SqlType::text, false},
                                              {"options", SqlType::json, true}};
constexpr Parameter kApplyParameters[] = {{"directory", SqlType::text, false},
                                          {"timestamp", SqlType::text, true},
                                          {"options", SqlType::json, true}};
constexpr ResultColumn kSqlColumns[] = {{"sql", SqlType::text}};
constexpr ResultColumn kExportedColumns[] = {{"file", SqlType::text},
                                             {"objects", SqlType::bigint},
                                             {"row_count", SqlType::bigint},
                                             {"bytes", SqlType::bigint}};
constexpr ResultColumn kAppliedColumns[] = {{"file", SqlType::text},
                                            {"statements", SqlType::bigint},
                                            {"row_count", SqlType::bigint},
                                            {"duration_ms", SqlType::real}};

// --- arguments

DataOptions data_options(const Options& options) {
  DataOptions wanted;
  wanted.selection.schemas = wanted_names(options, "schemas");
  wanted.selection.tables = wanted_names(options, "tables");
  wanted.selection.exclude = options.list("exclude");
  wanted.clean = options.flag("clean", false);
  wanted.large_objects = options.flag("large_objects", false);
  const std::int64_t rows = options.integer("rows_per_insert").value_or(100);
  if (rows < 1)
    throw Error(code::kInvalidOption,
                "option \"rows_per_insert\" must be at least 1, not " + std::to_string(rows));
  wanted.rows_per_insert = static_cast<std::size_t>(rows);
  return wanted;
}

void require_own_dialect(const Call& call, const Options& options) {
  const std::string& engine = call.host.dialect().engine;
  if (const std::string dialect = options.text("dialect").value_or(engine); dialect != engine)
    throw Error(code::kUnsupported, "a complete migration of " + engine + " is not written for " + dialect,
                "What a translation loses, the digests in the files would call an error.",
                "export_schema() and export_data() take the option, each for itself.");
}

void refuse_both(const Options& options) {
  if (options.flag("schema_only", false) && options.flag("data_only", false))
    throw Error(code::kInvalidOption, "options \"schema_only\" and \"data_only\" exclude each other");
}

// The tables that a pattern means; any other name as it is, and so one that means none: an error later, and
// not everything.
std::vector<std::string> exact_names(const Schema& schema, const std::vector<std::string>& patterns) {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    if (pattern.find_first_of("*?") == std::string::npos) {
      names.push_back(pattern);
      continue;
    }
    const std::size_t before = names.size();
    for (const Table& table : schema.tables) {
      const TableName name{table.schema, table.name, table.in_default_schema, table.own};
      if (!table.own && matches_table(pattern, name)) names.push_back(table.display_name());
    }
    if (names.size() == before && pattern != "*") names.push_back(pattern);
  }
  return names;
}

std::vector<std::string> exact_schemas(const Schema& schema, const std::vector<std::string>& patterns) {
  std::vector<std::string> names;
  for (const std::string& pattern : patterns) {
    const bool wild = pattern.find_first_of("*?") != std::string::npos;
    if (!wild) names.push_back(pattern);
    const std::size_t before = names.size();
    for (const Table& table : schema.tables)
      if (wild && matches_pattern(pattern, table.schema) &&
          std::ranges::find(names, table.schema) == names.end())
        names.push_back(table.schema);
    if (wild && names.size() == before) names.push_back(pattern);
  }
  return names;
}

CompleteOptions complete_options(const Call& call, const Options& options) {
  refuse_both(options);
  CompleteOptions wanted;
  wanted.schema_only = options.flag("schema_only", false);
  wanted.data_only = options.flag("data_only", false);
  if (!wanted.schema_only) require_own_dialect(call, options);
  if (wanted.schema_only && options.flag("large_objects", false))
    throw Error(code::kInvalidOption, "option \"large_objects\" has no meaning with \"schema_only\"",
                "It is about the data.");
  wanted.data = data_options(options);
  const SelectionOptions& selection = wanted.data.selection;
  const Schema schema = call.host.read_schema();
  wanted.schema.schemas = exact_schemas(schema, selection.schemas);
  wanted.schema.tables = exact_names(schema, selection.tables);
  wanted.schema.exclude = exact_names(schema, selection.exclude);
  wanted.schema.clean = wanted.data.clean;
  wanted.schema.owner = options.flag("owner", false);
  wanted.schema.privileges = options.flag("privileges", false);
  wanted.schema.strict = options.flag("strict", false);
  wanted.schema.dialect = options.text("dialect").value_or("");
  for (const std::string_view name : {"owner", "privileges", "strict"})
    if (wanted.data_only && options.flag(name, false))
      throw Error(code::kInvalidOption,
                  "option \"" + std::string(name) + "\" has no meaning with \"data_only\"",
                  "It is about the schema.");
  return wanted;
}

// --- functions

class RowSink : public DataSink {
 public:
  explicit RowSink(RowEmitter& rows) : rows_(rows) {}
  void statement(Part, std::string_view sql) override {
    const Cell row[] = {Cell::text(sql)};
    rows_.emit(row);
  }

 private:
  RowEmitter& rows_;
};

void tell_large_objects_of(Host& host, const DataPlan& plan, const DataOptions& wanted) {
  std::vector<TablePlan> tables;
  for (const DataTable& table : plan.tables) tables.push_back(TablePlan::whole(*table.table));
  tell_large_objects(host, tables, wanted.selection.tables.empty() && wanted.selection.schemas.empty(),
                     "the option \"large_objects\" writes them, in the own dialect");
}

// As the other engine takes them.
void write_translated(Call& call, const DataOptions& wanted, DataSink& sink) {
  if (wanted.large_objects)
    throw Error(code::kUnsupported, "large objects cannot be written in the dialect of another engine");
  std::string statement;
  const auto take = [&](std::string_view sql) {
    statement = sql;
    sink.statement(DataSink::Part::rows, statement += ';');
  };
  if (call.host.dialect().engine == "sqlite") return move::write_postgresql_rows(call.host, wanted, take);
  tell_large_objects_of(call.host, plan_data(call.host, wanted), wanted);
  move::write_sqlite_rows(call.host, wanted, take);
}

void run_export_data(Call& call) {
  const Options options(call.arguments[0], kDataOptions);
  const DataOptions wanted = data_options(options);
  RowSink sink(call.rows);
  if (const std::string& engine = call.host.dialect().engine;
      options.text("dialect").value_or(engine) != engine)
    return write_translated(call, wanted, sink);
  const DataPlan plan = plan_data(call.host, wanted);
  if (!wanted.large_objects) tell_large_objects_of(call.host, plan, wanted);
  write_data(call.host, plan, wanted, sink, false);
}

void run_export_complete(Call& call) {
  const Options options(call.arguments[1], kCompleteOptions);
  const std::string directory = path_argument(call, FileAccess::write, "directory");
  for (const ExportedFile& file : export_complete(call.host, directory, complete_options(call, options))) {
    const Cell row[] = {Cell::text(file.path), count_cell(file.objects), count_cell(file.rows),
                        count_cell(file.bytes)};
    call.rows.emit(row);
  }
}

void run_apply_complete(Call& call) {
  const Options options(call.arguments[2], kApplyOptions);
  refuse_both(options);
  const std::string directory = path_argument(call, FileAccess::read, "directory");
  std::string timestamp;
  if (const Cell& cell = call.arguments[1]; !cell.is_null()) {
    if (cell.tag == Tag::text) timestamp = cell.view();
    if (!complete_file::is_timestamp(timestamp))
      throw Error(code::kInvalidArgument, "timestamp \"" + timestamp + "\" is none",
                  "It is the beginning of the files' names: YYYYMMDDTHHMMSSZ.",
                  "Leave it out for the newest.");
  }
  ApplyFilesOptions wanted;
  wanted.schema_only = options.flag("schema_only", false);
  wanted.data_only = options.flag("data_only", false);
  wanted.verify = options.flag("verify", true);
  wanted.dry_run = options.flag("dry_run", false);
  for (const AppliedFile& file : apply_complete(call.host, directory, timestamp, wanted)) {
    const Cell row[] = {Cell::text(file.path), count_cell(file.statements), count_cell(file.rows),
                        Cell::real_of(file.duration_ms)};
    call.rows.emit(row);
  }
}

}  // namespace

std::span<const Function> complete_functions() {
  static constexpr Function kFunctions[] = {
      {"export_data", kOptionsOnly, kSqlColumns, Effect::reads, run_export_data},
      {"export_complete", kDirectoryAndOptions, kExportedColumns, Effect::reads, run_export_complete},
      {"apply_complete", kApplyParameters, kAppliedColumns, Effect::writes, run_apply_complete},
  };
  return kFunctions;
}

}  // namespace whimbrel
