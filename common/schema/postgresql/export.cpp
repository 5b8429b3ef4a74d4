#include "common/schema/postgresql/export.h"

#include <algorithm>
#include <set>
#include <string>

#include "common/error.h"
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

// "a, ""b, c""" as a list of names without quotes.
std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> names;
  bool quoted = false, between = true;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (between) names.emplace_back();
    between = false;
    if (list[i] == '"') {
      if (quoted && i + 1 < list.size() && list[i + 1] == '"')
        names.back() += list[i++];
      else
        quoted = !quoted;
    } else if (!quoted && list[i] == ',') {
      ++i;
      between = true;
    } else {
      names.back() += list[i];
    }
  }
  return names;
}

// The role, unless it is there: roles belong to the whole server.
std::string guarded_role(const std::string& role) {
  std::string tag = "$role$";
  while (role.find(tag) != std::string::npos) tag.insert(1, "a");
  return "DO " + tag +
         "BEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = " + quote_literal(role) +
         ") THEN\n    CREATE ROLE " + quote_identifier(role) + ";\n  END IF;\nEND" + tag;
}

void write_roles(Writer& writer, const Catalog& catalog, const std::vector<bool>& chosen) {
  std::set<std::string> roles;
  for (std::size_t i = 0; i < catalog.objects.size(); ++i) {
    if (!chosen[i]) continue;
    const CatalogObject& object = catalog.objects[i];
    if (object.has("roles"))
      for (std::string& name : names_of(object.get("roles"))) roles.insert(std::move(name));
    if (writer.options().owner && object.has("owner")) roles.insert(std::string(object.get("owner")));
  }
  // Every server has the ones that begin so, and only it can make them.
  for (const std::string& role : roles)
    if (!role.starts_with("pg_") && role != "public" && role != "current_user" && role != "session_user")
      writer.setting(guarded_role(role));
}

// Whatever is dropped with another needs no statement; schemas and extensions may hold what others made.
bool is_dropped(const Step& step) {
  const CatalogObject& object = *step.about;
  if (object.kind == "schema" || object.kind == "extension") return false;
  if (step.kind != StepKind::create && step.kind != StepKind::dummy) return false;
  if (object.kind == "constraint") return object.get("type") == "foreign key";
  return object.owner.empty() && !object.has("owned_by");
}

void write_drops(Writer& writer, const std::vector<Step>& steps) {
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const CatalogObject& object = *step->about;
    if (!is_dropped(*step) || (step->kind == StepKind::create && writer.dummies.contains(&object))) continue;
    if (object.kind == "constraint") {
      const CatalogObject& table = *writer.owner_of(object);
      writer.statement("ALTER TABLE IF EXISTS " + table.identity + " DROP CONSTRAINT IF EXISTS " +
                           std::string(part_name(object, table)),
                       object);
      continue;
    }
    std::string reference = reference_to(writer.index(), object);
    reference.insert(writer_of(object)->keyword.size(), " IF EXISTS");
    writer.statement("DROP " + reference + (writer.dummies.contains(&object) ? " CASCADE" : ""), object);
  }
}

void write_step(Writer& writer, const Step& step) {
  const CatalogObject& about = *step.about;
  switch (step.kind) {
    case StepKind::create:
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
  }
  write_comments(writer, about);
  if (writer.options().owner) write_owner(writer, about);
}

// In the output, and to whoever waits for it.
void tell(Host& host, Writer& writer, std::string line) {
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  writer.remark(line);
  host.notice(NoticeLevel::warning, line);
}

}  // namespace

void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink) {
  const CatalogIndex index(catalog);
  const FactSelection selection = select_facts(index, options, host.dialect().default_schema);
  Writer writer(index, options, sink);
  const Steps steps = make_steps(writer, selection.chosen);
  if (options.strict && !steps.unmodelled.empty())
    throw Error(code::kUnsupported, "cannot write " + steps.unmodelled.front()->key(),
                std::to_string(steps.unmodelled.size()) + " objects of this schema cannot be written.",
                "Without the option \"strict\" the result names them and has everything else.");
  for (const std::string& line : selection.left_out) tell(host, writer, line);
  for (const CatalogObject* object : steps.unmodelled)
    tell(host, writer, "not written: " + object->key() + ", a kind of object that this version cannot write");
  for (const std::string& cycle : steps.cycles) tell(host, writer, "these need each other: " + cycle);
  write_settings(writer, search_path_of(host));
  if (options.clean) write_drops(writer, steps.sequence);
  write_roles(writer, catalog, selection.chosen);
  for (const Step& step : steps.sequence) {
    host.check_interrupt();
    write_step(writer, step);
  }
}

}  // namespace whimbrel::postgresql
