// Procedural languages, transforms, access methods, collations, conversions: what only some schemas bring
// along.
#include "common/schema/postgresql/clauses.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

void write_language(Writer& writer, const CatalogObject& language) {
  std::string sql = language.has("trusted") ? "CREATE TRUSTED LANGUAGE " : "CREATE LANGUAGE ";
  sql += language.identity;
  constexpr std::pair<std::string_view, std::string_view> kClauses[] = {
      {"handler", " HANDLER "}, {"inline", " INLINE "}, {"validator", " VALIDATOR "}};
  for (const auto& [property, clause] : kClauses)
    if (language.has(property)) sql.append(clause).append(language.get(property));
  writer.statement(sql, language);
}

void write_transform(Writer& writer, const CatalogObject& transform) {
  std::string sql = "CREATE TRANSFORM " + transform.identity + " (";
  if (transform.has("from_sql")) sql.append("FROM SQL WITH FUNCTION ").append(transform.get("from_sql"));
  if (transform.has("from_sql") && transform.has("to_sql")) sql += ", ";
  if (transform.has("to_sql")) sql.append("TO SQL WITH FUNCTION ").append(transform.get("to_sql"));
  writer.statement(sql + ")", transform);
}

void write_access_method(Writer& writer, const CatalogObject& method) {
  std::string sql = "CREATE ACCESS METHOD " + method.identity;
  sql.append(" TYPE ").append(method.get("type")).append(" HANDLER ").append(method.get("handler"));
  writer.statement(sql, method);
}

constexpr Clause kCollationClauses[] = {{"provider", "PROVIDER"},
                                        {"deterministic", "DETERMINISTIC"},
                                        {"locale", "LOCALE", ClauseForm::quoted},
                                        {"lc_collate", "LC_COLLATE", ClauseForm::quoted},
                                        {"lc_ctype", "LC_CTYPE", ClauseForm::quoted},
                                        {"rules", "RULES", ClauseForm::quoted}};

void write_collation(Writer& writer, const CatalogObject& collation) {
  // A copy of the database's own has no other form.
  if (collation.get("provider") == "default")
    return writer.statement("CREATE COLLATION " + collation.identity + " FROM pg_catalog.\"default\"",
                            collation);
  writer.statement(
      "CREATE COLLATION " + collation.identity + " (" + clauses(collation, kCollationClauses) + ")",
      collation);
}

void write_conversion(Writer& writer, const CatalogObject& conversion) {
  std::string sql = conversion.has("default") ? "CREATE DEFAULT CONVERSION " : "CREATE CONVERSION ";
  sql += conversion.identity;
  sql.append(" FOR ").append(quote_literal(conversion.get("source")));
  sql.append(" TO ").append(quote_literal(conversion.get("target")));
  writer.statement(sql.append(" FROM ").append(conversion.get("function")), conversion);
}

}  // namespace

std::span<const KindWriter> language_writers() {
  static constexpr KindWriter kWriters[] = {{"language", 12, "LANGUAGE", write_language},
                                            {"collation", 14, "COLLATION", write_collation},
                                            {"transform", 16, "TRANSFORM", write_transform},
                                            {"access method", 85, "ACCESS METHOD", write_access_method},
                                            {"conversion", 100, "CONVERSION", write_conversion}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
