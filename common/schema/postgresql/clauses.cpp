#include "common/schema/postgresql/clauses.h"

#include "common/host.h"

namespace whimbrel::postgresql {

std::string clauses(const CatalogObject& object, std::span<const Clause> table) {
  std::string sql;
  for (const Clause& clause : table) {
    const std::string* value = object.find(clause.property);
    if (value == nullptr) continue;
    if (!sql.empty()) sql += ", ";
    sql += clause.keyword;
    if (clause.form == ClauseForm::value) sql.append(" = ").append(*value);
    if (clause.form == ClauseForm::quoted) sql.append(" = ").append(quote_literal(*value));
  }
  return sql;
}

}  // namespace whimbrel::postgresql
