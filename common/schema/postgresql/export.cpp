#include "common/schema/postgresql/export.h"

#include <string>

#include "common/error.h"
#include "common/schema/postgresql/drops.h"
#include "common/schema/postgresql/graph.h"
#include "common/schema/postgresql/writer.h"
#include "common/schema/selection.h"

namespace whimbrel::postgresql {

namespace {

// What functions and generated columns find under a bare name is what they find here.
std::string search_path_of(Host& host) {
  const auto reader = host.query("SELECT pg_catalog.current_setting('search_path')");
  RowBatch batch;
  reader->next(batch);
  return std::string(batch.row(0)[0].view());
}

void write_settings(Writer& writer, const std::string& search_path) {
  for (const std::string_view setting :
       {"client_encoding = 'UTF8'", "standard_conforming_strings = on", "check_function_bodies = off",
        "client_min_messages = warning", "xmloption = content", "row_security = off",
        "default_tablespace = ''", "default_table_access_method = heap"})
    writer.setting("SET " + std::string(setting));
  writer.setting("SET search_path = " + (search_path.empty() ? "''" : search_path));
}

// Where this server has it and the role may use it; else the database's own. `current`: the last one written.
void write_tablespace(Writer& writer, const CatalogObject& object, std::string& current) {
  const bool stored = holds_rows(object) || object.kind == "index" || object.kind == "constraint";
  if (!stored || object.get("tablespace") == current) return;
  current = object.get("tablespace");
  writer.setting(current.empty()
                     ? "SET default_tablespace = ''"
                     : "SELECT pg_catalog.set_config('default_tablespace', coalesce((SELECT spcname FROM "
                       "pg_catalog.pg_tablespace WHERE spcname = " +
                           quote_literal(current) +
                           " AND pg_catalog.has_tablespace_privilege(oid, 'CREATE')), ''), false)");
}

void write_step(Writer& writer, const Step& step, std::string& tablespace) {
  const CatalogObject& about = *step.about;
  switch (step.kind) {
    case StepKind::create:
      write_tablespace(writer, about, tablespace);
      writer_of(about)->write(writer, about);
      if (writer.dummies.contains(&about)) return;
      break;
    case StepKind::dummy:
      write_dummy_view(writer, about);
      break;
    case StepKind::check:
      write_separate_check(writer, about);
      if (about.has("inherited")) return;
      break;
    case StepKind::column_default:
      return write_column_default(writer, about);
    case StepKind::owned_by:
      return write_owned_by(writer, about);
    case StepKind::attach:
      return write_index_attachment(writer, about);
    case StepKind::row_security:
      return write_row_security(writer, about);
    case StepKind::shell:
      return write_shell_type(writer, about);
  }
  write_comments(writer, about);
  if (writer.options().owner) write_owner(writer, about);
  if (writer.options().privileges && step.kind != StepKind::check) write_privileges(writer, about);
}

void require_all(const Steps& steps) {
  constexpr std::string_view kHint =
      "Without the option \"strict\" the result names them and has everything else.";
  if (!steps.not_written.empty())
    throw Error(code::kUnsupported, "cannot write " + steps.not_written.front(),
                std::to_string(steps.not_written.size()) + " objects of this schema cannot be written.",
                std::string(kHint));
  if (!steps.cycles.empty())
    throw Error(code::kUnsupported, "cannot put these in an order: " + steps.cycles.front(),
                "Each needs another one of them to be there before.", std::string(kHint));
}

}  // namespace

void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink) {
  const CatalogIndex index(catalog);
  const FactSelection selection = select_facts(index, options, host.dialect().default_schema);
  Writer writer(index, options, sink);
  writer.own_schema = host.dialect().registry_schema;
  const Steps steps = make_steps(writer, selection.chosen);
  if (options.strict) require_all(steps);
  for (const std::string& line : selection.left_out) tell(host, sink, line);
  for (const std::string& one : steps.not_written) tell(host, sink, "not written: " + one);
  for (const std::string& cycle : steps.cycles) tell(host, sink, "these need each other: " + cycle);
  write_settings(writer, search_path_of(host));
  if (options.clean) write_drops(writer, steps.sequence);
  std::vector<const CatalogObject*> chosen;
  for (std::size_t i = 0; i < catalog.objects.size(); ++i)
    if (selection.chosen[i]) chosen.push_back(&catalog.objects[i]);
  write_roles(writer, chosen);
  std::string tablespace;
  for (const Step& step : steps.sequence) {
    host.check_interrupt();
    write_step(writer, step, tablespace);
  }
}

}  // namespace whimbrel::postgresql
