// What writers of PostgreSQL's DDL have in common. A writer turns the facts of one kind of object into
// statements; a table in each file of a family (writers of one family are one file) says which kinds it
// knows. The walk along the dependencies is export.cpp's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common/schema/export.h"
#include "common/schema/index.h"

namespace whimbrel::postgresql {

class Writer {
 public:
  Writer(const CatalogIndex& index, const SchemaExportOptions& options, StatementSink& sink)
      : index_(index), options_(options), sink_(sink) {}

  const CatalogIndex& index() const { return index_; }
  const SchemaExportOptions& options() const { return options_; }

  // Without the semicolon. `about` lives in the index's catalog.
  void statement(std::string_view sql, const CatalogObject& about) { sink_.statement(sql, &about); }
  void setting(std::string_view sql) { sink_.statement(sql, nullptr); }
  void remark(std::string_view line) { sink_.remark(line); }

  const CatalogObject* owner_of(const CatalogObject& object) const { return index_.owner(object); }

  // Where Whimbrel is. Who has it there to apply the statements has the schema too.
  std::string own_schema;
  // Parts that stand in a statement of their own, since their object cannot wait for what they need: defaults
  // and checks. Columns and domains here are their defaults.
  std::unordered_set<const CatalogObject*> separate;
  // Views that are made twice: first with the names and types of their columns only.
  std::unordered_set<const CatalogObject*> dummies;

 private:
  const CatalogIndex& index_;
  const SchemaExportOptions& options_;
  StatementSink& sink_;
};

struct KindWriter {
  // CatalogObject::kind; with a property `variety` kind/variety: "type/enum".
  std::string_view kind;
  // pg_dump's order of kinds, where nothing depends on anything else.
  int priority;
  // As in DROP, COMMENT ON and ALTER … OWNER TO: "MATERIALIZED VIEW".
  std::string_view keyword;
  void (*write)(Writer&, const CatalogObject&);
};

std::span<const KindWriter> namespace_writers();  // schemas, extensions
std::span<const KindWriter> type_writers();
std::span<const KindWriter> relation_writers();    // tables, sequences
std::span<const KindWriter> view_writers();        // views, materialized views, rules
std::span<const KindWriter> constraint_writers();  // constraints, indexes
std::span<const KindWriter> routine_writers();     // functions, procedures
std::span<const KindWriter> behaviour_writers();   // triggers, policies
std::span<const KindWriter>
language_writers();  // languages, transforms, access methods, collations, conversions
std::span<const KindWriter> base_type_writers();  // ranges, base types
std::span<const KindWriter> aggregate_writers();
std::span<const KindWriter> operator_writers();  // operators, their families and classes, casts
std::span<const KindWriter> text_search_writers();
std::span<const KindWriter> foreign_writers();      // wrappers, servers, user mappings
std::span<const KindWriter> replication_writers();  // publications, subscriptions, event triggers
std::span<const KindWriter> privilege_writers();    // default privileges, what others made

// Made by the system or an extension: only its privileges are written.
inline bool is_external(const CatalogObject& object) { return object.get("variety") == "external"; }

// nullptr: nothing here can write it.
const KindWriter* writer_of(const CatalogObject& object);

// How statements about it name it: `TABLE public.users`, `TRIGGER t ON public.users`, `CONSTRAINT c ON DOMAIN
// public.d`. Only for what has a writer, and for columns and attributes.
std::string reference_to(const CatalogIndex& index, const CatalogObject& object);

// Statements that other steps than the making of an object need; see graph.h.
void write_column_default(Writer& writer, const CatalogObject& column);  // or a domain's
void write_separate_check(Writer& writer, const CatalogObject& constraint);
void write_owned_by(Writer& writer, const CatalogObject& sequence);
void write_index_attachment(Writer& writer, const CatalogObject& index);
void write_row_security(Writer& writer, const CatalogObject& table);
void write_dummy_view(Writer& writer, const CatalogObject& view);
void write_shell_type(Writer& writer, const CatalogObject& type);

// The roles that statements about these objects name, each unless it is there: roles belong to the whole
// server.
void write_roles(Writer& writer, std::span<const CatalogObject* const> objects);
// Takes the default privileges of this role, schema and kind away, so that they do not count for what is
// made.
void write_default_privileges_reset(Writer& writer, const CatalogObject& object);
// GRANT and REVOKE for the object and its columns.
void write_privileges(Writer& writer, const CatalogObject& object);

// The comment and the security labels on the object and on each part that was written with it; its owner,
// where asked for.
void write_comments(Writer& writer, const CatalogObject& object);
void write_owner(Writer& writer, const CatalogObject& object);

// --- for several writers

// `text` without the semicolon and white space at its end.
std::string_view without_semicolon(std::string_view text);
// Of something in a schema: its name behind the schema, quoted where needed.
std::string_view quoted_tail(const CatalogObject& object);
// Whether a constraint is in a statement of its own in any case.
bool is_separate_constraint(const CatalogObject& constraint);

}  // namespace whimbrel::postgresql
