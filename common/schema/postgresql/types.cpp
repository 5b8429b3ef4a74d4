// Enums, composite types and domains.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

void write_enum(Writer& writer, const CatalogObject& type) {
  writer.statement("CREATE TYPE " + type.identity + " AS ENUM (" + std::string(type.get("labels")) + ")",
                   type);
}

void write_composite(Writer& writer, const CatalogObject& type) {
  std::string sql = "CREATE TYPE " + type.identity + " AS (";
  const char* separator = "\n    ";
  for (const CatalogObject* attribute : writer.index().owned(type)) {
    if (attribute->kind != "attribute") continue;
    sql.append(separator).append(part_name(*attribute, type)).append(" ").append(attribute->get("type"));
    if (attribute->has("collation")) sql.append(" COLLATE ").append(attribute->get("collation"));
    separator = ",\n    ";
  }
  writer.statement(sql + ")", type);
}

void write_domain(Writer& writer, const CatalogObject& domain) {
  std::string sql = "CREATE DOMAIN " + domain.identity + " AS " + std::string(domain.get("base"));
  if (domain.has("collation")) sql.append(" COLLATE ").append(domain.get("collation"));
  if (domain.has("default") && !writer.separate.contains(&domain))
    sql.append(" DEFAULT ").append(domain.get("default"));
  bool not_null = domain.has("not_null");
  std::string constraints;
  for (const CatalogObject* part : writer.index().owned(domain)) {
    if (part->kind != "constraint" || is_separate_constraint(*part) || writer.separate.contains(part))
      continue;
    if (part->get("type") == "not null") not_null = false;  // it has a name
    constraints.append("\n    CONSTRAINT ")
        .append(part_name(*part, domain))
        .append(" ")
        .append(part->get("definition"));
  }
  if (not_null) sql += " NOT NULL";
  writer.statement(sql + constraints, domain);
}

}  // namespace

std::span<const KindWriter> type_writers() {
  static constexpr KindWriter kWriters[] = {{"type/enum", 50, "TYPE", write_enum},
                                            {"type/composite", 50, "TYPE", write_composite},
                                            {"domain", 50, "DOMAIN", write_domain}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
