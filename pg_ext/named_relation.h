// A relation by its name as SQL writes it. Nobody is asked for a right on the schema that stands in front of
// the name: what is missing is said when a statement runs.
#pragma once

#include <string>
#include <string_view>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

// A subquery: the oid of what $1 names now, null where nothing does.
inline constexpr std::string_view kNamedRelation = R"sql((
  SELECT CASE WHEN pg_catalog.cardinality(name) = 1 OR name[1] = 'pg_temp'
              THEN pg_catalog.to_regclass($1)::pg_catalog.oid
              ELSE (SELECT r.oid FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
                     WHERE n.nspname = name[pg_catalog.cardinality(name) - 1]::pg_catalog.name
                       AND r.relname = name[pg_catalog.cardinality(name)]::pg_catalog.name) END
    FROM pg_catalog.parse_ident($1) name))sql";

struct RelationName {
  Oid oid = InvalidOid;          // of one that is there
  std::string schema, identity;  // quoted
  bool only = false;             // ONLY stands before it
};

// As the server would find it now; one that is not there would be made in the first schema of the
// search_path.
RelationName name_of(const RangeVar* range);
RelationName name_of(Oid oid);

// As SQL writes a name.
std::string quote(const char* name);

}  // namespace whimbrel::pg
