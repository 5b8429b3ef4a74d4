#include "pg_ext/drop_objects.h"

#include <algorithm>
#include <string_view>

#include "common/each_row.h"
#include "common/error.h"
#include "common/host.h"
#include "pg_ext/own_tables.h"

namespace whimbrel::pg {

namespace {

// Everything in a schema depends on it, except what another object of the schema brings along (an index, a
// row type, a constraint). Whimbrel's tables of a schema with a history of its own are no member of the
// extension: a column tells them.
constexpr std::string_view kObjects = R"sql(
  SELECT i.type,
         CASE WHEN i.type = 'aggregate' AND pg_catalog.right(i.identity, 2) = '()'
              THEN pg_catalog.left(i.identity, -1) || '*)' ELSE i.identity END
    FROM pg_catalog.pg_depend d
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
   WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.deptype = 'n' AND d.objsubid = 0
     AND d.refobjid = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend o
                      WHERE o.classid = d.classid AND o.objid = d.objid AND o.deptype IN ('e', 'i', 'P', 'S')
                        AND (o.refclassid, o.refobjid) <> (o.classid, o.objid))  -- its own columns: a partition key
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND a.attrelid = d.objid
                        AND (i.name, a.attname) IN (('schema_migrations', 'token_checksum'),
                                                    ('migration_log', 'log_id'),
                                                    ('migration_journal', 'statement_hash')))
   ORDER BY i.identity COLLATE "C")sql";

// As pg_identify_object names the kinds, in the order in which they are dropped; what is not here (default
// privileges, members of publications) is no object of its own. `several`: one statement takes a list, so
// that its members may depend on each other.
struct ObjectKind {
  std::string_view type;
  std::string_view words;
  bool several = true;
};
constexpr ObjectKind kKinds[] = {
    {"view", "VIEW"},
    {"materialized view", "MATERIALIZED VIEW"},
    {"foreign table", "FOREIGN TABLE"},
    {"table", "TABLE"},
    {"sequence", "SEQUENCE"},
    {"statistics object", "STATISTICS"},
    {"aggregate", "AGGREGATE"},
    {"procedure", "PROCEDURE"},
    {"function", "FUNCTION"},
    {"operator class", "OPERATOR CLASS", false},
    {"operator family", "OPERATOR FAMILY", false},
    {"operator", "OPERATOR"},
    {"type", "TYPE"},
    {"collation", "COLLATION"},
    {"conversion", "CONVERSION"},
    {"text search configuration", "TEXT SEARCH CONFIGURATION"},
    {"text search dictionary", "TEXT SEARCH DICTIONARY"},
    {"text search parser", "TEXT SEARCH PARSER"},
    {"text search template", "TEXT SEARCH TEMPLATE"},
};

struct Object {
  std::string type;
  std::string identity;
};

std::vector<Object> list_objects(Statements& statements, const std::string& schema) {
  const Cell parameters[] = {Cell::text(schema)};
  std::vector<Object> objects;
  for_each_row(statements, kObjects, parameters, [&](const Cell* row) {
    objects.push_back({std::string(row[0].view()), std::string(row[1].view())});
  });
  return objects;
}

bool schema_exists(Statements& statements, const std::string& schema) {
  const Cell parameters[] = {Cell::text(schema)};
  return statements.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1", parameters) > 0;
}

bool has_history(Statements& statements, const std::string& schema) {
  const Cell parameters[] = {Cell::text(schema)};
  return statements.execute(
             "SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
             " c.relnamespace WHERE n.nspname = $1 AND c.relname = 'schema_migrations' AND " +
                 std::string(kIsOwnTable),
             parameters) > 0;
}

// A view takes the views on it along, so each kind is looked up when its turn comes.
void drop_kind(Statements& statements, const std::string& schema, const ObjectKind& kind) {
  std::string names;
  for (const Object& object : list_objects(statements, schema)) {
    if (object.type != kind.type) continue;
    if (kind.several) {
      (names += names.empty() ? "" : ", ") += object.identity;
    } else {
      statements.execute("DROP " + std::string(kind.words) + " IF EXISTS " + object.identity + " CASCADE",
                         {});
    }
  }
  if (!names.empty()) statements.execute("DROP " + std::string(kind.words) + " " + names + " CASCADE", {});
}

}  // namespace

std::vector<std::string> drop_objects(Statements& statements, std::span<const std::string> schemas,
                                      const std::string& own_schema) {
  std::vector<std::string> dropped;
  for (const std::string& schema : schemas) {
    if (!schema_exists(statements, schema))
      throw Error(code::kInvalidOption, "schema \"" + schema + "\" does not exist");
    if (schema != own_schema && has_history(statements, schema))
      throw Error(code::kInvalidOption, "schema \"" + schema + "\" has a history of its own",
                  "It would still say that the migrations are applied.",
                  "Reset it by itself, with the option \"schema\": \"" + schema + "\".");
    const std::vector<Object> objects = list_objects(statements, schema);
    for (const ObjectKind& kind : kKinds) {
      const std::size_t before = dropped.size();
      for (const Object& object : objects)
        if (object.type == kind.type) dropped.push_back(object.type + " " + object.identity);
      if (dropped.size() > before || kind.type == "type") drop_kind(statements, schema, kind);
    }
  }
  return dropped;
}

}  // namespace whimbrel::pg
