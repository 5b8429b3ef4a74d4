// A relation by its name as SQL writes it.
#pragma once

#include <string_view>

namespace whimbrel::pg {

// A subquery: the oid of what $1 names now, null where nothing does. Unlike to_regclass(), it asks for no
// right on the schema that stands in front of the name.
inline constexpr std::string_view kNamedRelation = R"sql((
  SELECT CASE WHEN pg_catalog.cardinality(name) = 1 OR name[1] = 'pg_temp' THEN pg_catalog.to_regclass($1)::oid
              ELSE (SELECT r.oid FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
                     WHERE n.nspname = name[pg_catalog.cardinality(name) - 1]::pg_catalog.name
                       AND r.relname = name[pg_catalog.cardinality(name)]::pg_catalog.name) END
    FROM pg_catalog.parse_ident($1) name))sql";

}  // namespace whimbrel::pg
