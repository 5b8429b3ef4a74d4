#include "common/schema/functions.h"

#include <string>

#include "common/options.h"
#include "common/schema/export.h"
#include "common/schema/snapshot.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

constexpr std::string_view kDialects[] = {"postgresql", "sqlite"};
constexpr OptionSpec kExportOptions[] = {
    {"schemas", OptionType::text_list}, {"tables", OptionType::text_list},
    {"exclude", OptionType::text_list}, {"clean", OptionType::boolean},
    {"owner", OptionType::boolean},     {"privileges", OptionType::boolean},
    {"strict", OptionType::boolean},    {"dialect", OptionType::text, kDialects}};
constexpr OptionSpec kSnapshotOptions[] = {{"schemas", OptionType::text_list},
                                           {"tables", OptionType::text_list},
                                           {"exclude", OptionType::text_list},
                                           {"owner", OptionType::boolean},
                                           {"privileges", OptionType::boolean}};

constexpr Parameter kOptionsOnly[] = {{"options", SqlType::json, true}};
constexpr ResultColumn kExportColumns[] = {{"export_schema", SqlType::text}};
constexpr ResultColumn kSnapshotColumns[] = {{"schema_snapshot", SqlType::json}};

SchemaExportOptions options_of(const Options& options) {
  SchemaExportOptions wanted;
  wanted.schemas = wanted_names(options, "schemas");
  wanted.tables = wanted_names(options, "tables");
  wanted.exclude = options.list("exclude");
  wanted.clean = options.flag("clean", false);
  wanted.owner = options.flag("owner", false);
  wanted.privileges = options.flag("privileges", false);
  wanted.strict = options.flag("strict", false);
  wanted.dialect = options.text("dialect").value_or("");
  return wanted;
}

class TextSink final : public StatementSink {
 public:
  void statement(std::string_view sql, const CatalogObject*) override {
    text_.append(sql);
    text_.append(";\n");
  }
  void remark(std::string_view line) override {
    text_.append("-- ");
    text_.append(line);
    text_.append("\n");
  }
  std::string_view text() const { return text_.view(); }

 private:
  json::Buffer text_;
};

void run_export_schema(Call& call) {
  TextSink sink;
  write_schema(call.host, options_of(Options(call.arguments[0], kExportOptions)), sink);
  const Cell row[] = {Cell::text(sink.text())};
  call.rows.emit(row);
}

void run_schema_snapshot(Call& call) {
  json::Buffer out;
  write_snapshot(call.host, options_of(Options(call.arguments[0], kSnapshotOptions)), out);
  const Cell row[] = {Cell::text(out.view())};
  call.rows.emit(row);
}

constexpr Function kFunctions[] = {
    {"export_schema", kOptionsOnly, kExportColumns, Effect::reads, run_export_schema},
    {"schema_snapshot", kOptionsOnly, kSnapshotColumns, Effect::reads, run_schema_snapshot}};

}  // namespace

std::span<const Function> schema_functions() { return kFunctions; }

}  // namespace whimbrel
