#include "common/schema/postgresql/export.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

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

// Drops what is there under the names of what is made, in reverse order. Whatever goes with another needs no
// statement; schemas and extensions may hold what others made.
class Drops {
 public:
  Drops(Writer& writer, const std::vector<Step>& steps) : writer_(writer), steps_(steps) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i].kind == StepKind::create) made_at_.emplace(steps[i].about, i);
    for (const CatalogObject& object : writer.index().catalog().objects)
      for (const CatalogObject* needed : writer.index().needs(object))
        if (needed->has("owned_by") && whole_of(&object) != owner_of_sequence(*needed))
          shared_.insert(needed);
  }

  void write() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) write(*step);
  }

 private:
  void write(const Step& step) {
    const CatalogObject& object = *step.about;
    const CatalogObject* owner = writer_.owner_of(object);
    const bool domain = owner != nullptr && owner->kind == "domain";
    if (object.kind == "default privileges") {
      if (writer_.options().privileges) write_default_privileges_reset(writer_, object);
    } else if (step.kind == StepKind::owned_by && shared_.contains(&object)) {
      writer_.statement("ALTER SEQUENCE IF EXISTS " + object.identity + " OWNED BY NONE", object);
    } else if (step.kind == StepKind::column_default || (step.kind == StepKind::check && domain)) {
      // No statement takes these away from what may not be there: they go with the function that they call.
      const auto needs = writer_.index().needs(object);
      called_.insert(needs.begin(), needs.end());
    } else if (is_constraint_of_table(object)) {
      if (object.get("type") == "foreign key" || outlives_needed(object))
        writer_.statement("ALTER TABLE IF EXISTS " + owner->identity + " DROP CONSTRAINT IF EXISTS " +
                              std::string(part_name(object, *owner)),
                          object);
    } else if (step.kind == StepKind::create && is_dropped(object)) {
      drop(object);
    }
  }

  bool is_constraint_of_table(const CatalogObject& object) const {
    return object.kind == "constraint" && writer_.owner_of(object)->kind != "domain";
  }

  bool is_dropped(const CatalogObject& object) const {
    if (object.kind == "schema" || object.kind == "extension" || is_external(object)) return false;
    if (object.has("owned_by")) return shared_.contains(&object);
    // No server goes before its user mappings.
    return object.owner.empty() || object.kind == "user mapping" ||
           (object.kind != "constraint" && outlives_needed(object));
  }

  // Whether something that it needs is dropped before the table that it would go with.
  bool outlives_needed(const CatalogObject& object) const {
    const auto owner = made_at_.find(writer_.owner_of(object));
    if (owner == made_at_.end() || object.has("inherited") || object.has("attached_to")) return false;
    const auto needs = writer_.index().needs(object);
    return std::any_of(needs.begin(), needs.end(), [&](const CatalogObject* needed) {
      needed = whole_of(needed);
      const auto at = needed == nullptr ? made_at_.end() : made_at_.find(needed);
      return at != made_at_.end() && at->second > owner->second && needed->owner.empty();
    });
  }

  const CatalogObject* whole_of(const CatalogObject* object) const {
    while (object != nullptr && object->part) object = writer_.owner_of(*object);
    return object;
  }

  const CatalogObject* owner_of_sequence(const CatalogObject& sequence) const {
    const CatalogObject* column = writer_.index().find("column " + std::string(sequence.get("owned_by")));
    return column == nullptr ? nullptr : whole_of(column);
  }

  void drop(const CatalogObject& object) {
    std::string reference = reference_to(writer_.index(), object);
    reference.insert(writer_of(object)->keyword.size(),
                     object.kind == "user mapping" ? " IF EXISTS FOR" : " IF EXISTS");
    // What is made by way of a dummy or a shell needs what needs it.
    const bool circle = writer_.dummies.contains(&object) || object.get("variety") == "base" ||
                        object.has("canonical") || (called_.contains(&object) && object.kind == "function");
    writer_.statement("DROP " + reference + (circle ? " CASCADE" : ""), object);
  }

  Writer& writer_;
  const std::vector<Step>& steps_;
  std::unordered_map<const CatalogObject*, std::size_t> made_at_;  // places in steps_
  std::unordered_set<const CatalogObject*> called_;
  // Sequences of a column that others use too, which stand when its table goes.
  std::unordered_set<const CatalogObject*> shared_;
};

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
  const Steps steps = make_steps(writer, selection.chosen);
  if (options.strict) require_all(steps);
  for (const std::string& line : selection.left_out) tell(host, sink, line);
  for (const std::string& one : steps.not_written) tell(host, sink, "not written: " + one);
  for (const std::string& cycle : steps.cycles) tell(host, sink, "these need each other: " + cycle);
  write_settings(writer, search_path_of(host));
  if (options.clean) Drops(writer, steps.sequence).write();
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
