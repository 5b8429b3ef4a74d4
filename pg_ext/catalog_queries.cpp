#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

std::vector<CatalogQuery> catalog_queries() {
  std::vector<CatalogQuery> all;
  for (const auto part :
       {namespace_queries(), routine_queries(), type_queries(), foreign_queries(), relation_queries(),
        constraint_queries(), text_search_queries(), behaviour_queries()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace whimbrel::pg
