#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

std::vector<CatalogQuery> joined(std::initializer_list<std::span<const CatalogQuery>> parts) {
  std::vector<CatalogQuery> all;
  for (const auto part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

std::vector<CatalogQuery> catalog_queries() {
  return joined({namespace_queries(), language_queries(), routine_queries(), aggregate_queries(),
                 type_queries(), base_type_queries(), operator_queries(), text_search_queries(),
                 foreign_queries(), relation_queries(), constraint_queries(), behaviour_queries(),
                 addition_queries(), replication_queries(), subscription_queries(superuser()),
                 default_privilege_queries()});
}

std::vector<CatalogQuery> table_queries() {
  return joined({type_queries(), relation_queries(), constraint_queries(), behaviour_queries()});
}

}  // namespace whimbrel::pg
