#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

std::vector<CatalogQuery> catalog_queries() {
  std::vector<CatalogQuery> all;
  for (const auto part :
       {namespace_queries(), language_queries(), routine_queries(), aggregate_queries(), type_queries(),
        base_type_queries(), operator_queries(), text_search_queries(), foreign_queries(), relation_queries(),
        constraint_queries(), behaviour_queries(), addition_queries(), replication_queries(),
        subscription_queries(superuser()), default_privilege_queries()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace whimbrel::pg
