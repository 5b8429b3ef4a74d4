#include "common/complete/functions.h"

#include "common/complete/data_writer.h"
#include "common/error.h"
#include "common/move/as_postgresql.h"
#include "common/move/as_sqlite.h"
#include "common/options.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

constexpr std::string_view kDialects[] = {"postgresql", "sqlite"};
constexpr OptionSpec kDataOptions[] = {
    {"schemas", OptionType::text_list},       {"tables", OptionType::text_list},
    {"exclude", OptionType::text_list},       {"clean", OptionType::boolean},
    {"rows_per_insert", OptionType::integer}, {"dialect", OptionType::text, kDialects}};

constexpr Parameter kOptionsOnly[] = {{"options", SqlType::json, true}};
constexpr ResultColumn kSqlColumns[] = {{"sql", SqlType::text}};

DataOptions data_options(const Options& options) {
  DataOptions wanted;
  wanted.selection.schemas = options.list("schemas");
  wanted.selection.tables = options.list("tables");
  wanted.selection.exclude = options.list("exclude");
  wanted.clean = options.flag("clean", false);
  const std::int64_t rows = options.integer("rows_per_insert").value_or(100);
  if (rows < 1)
    throw Error(code::kInvalidOption,
                "option \"rows_per_insert\" must be at least 1, not " + std::to_string(rows));
  wanted.rows_per_insert = static_cast<std::size_t>(rows);
  return wanted;
}

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

void run_export_data(Call& call) {
  const Options options(call.arguments[0], kDataOptions);
  const DataOptions wanted = data_options(options);
  RowSink sink(call.rows);
  const std::string& engine = call.host.dialect().engine;
  if (options.text("dialect").value_or(engine) != engine) {
    std::string statement;
    const auto take = [&](std::string_view sql) {
      statement = sql;
      sink.statement(DataSink::Part::rows, statement += ';');
    };
    if (engine == "sqlite")
      move::write_postgresql_rows(call.host, wanted, take);
    else
      move::write_sqlite_rows(call.host, wanted, take);
    return;
  }
  write_data(call.host, plan_data(call.host, wanted), wanted, sink, false);
}

constexpr Function kFunctions[] = {
    {"export_data", kOptionsOnly, kSqlColumns, Effect::reads, run_export_data},
};

}  // namespace

std::span<const Function> complete_functions() { return kFunctions; }

}  // namespace whimbrel
