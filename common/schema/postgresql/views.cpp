// Views, materialized views and rules.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

// A view that was made as a dummy gets its query now.
void write_view(Writer& writer, const CatalogObject& view) {
  std::string sql = writer.dummies.contains(&view) ? "CREATE OR REPLACE VIEW " : "CREATE VIEW ";
  sql += view.identity;
  if (view.has("options")) sql.append(" WITH (").append(view.get("options")).append(")");
  writer.statement(sql.append(" AS\n").append(without_semicolon(view.get("definition"))), view);
  for (const CatalogObject* part : writer.index().owned(view))
    if (part->kind == "column" && part->has("default"))
      writer.statement("ALTER VIEW " + view.identity + " ALTER COLUMN " +
                           std::string(part_name(*part, view)) + " SET DEFAULT " +
                           std::string(part->get("default")),
                       view);
}

// Its rows are data: REFRESH comes when they are there.
void write_materialized_view(Writer& writer, const CatalogObject& view) {
  std::string sql = "CREATE MATERIALIZED VIEW " + view.identity;
  if (view.has("access_method")) sql.append(" USING ").append(view.get("access_method"));
  if (view.has("options")) sql.append(" WITH (").append(view.get("options")).append(")");
  sql.append(" AS\n").append(without_semicolon(view.get("definition"))).append("\nWITH NO DATA");
  writer.statement(sql, view);
  for (const CatalogObject* part : writer.index().owned(view)) {
    if (part->kind != "column") continue;
    const std::string alter = "ALTER MATERIALIZED VIEW " + view.identity + " ALTER COLUMN " +
                              std::string(part_name(*part, view)) + " SET ";
    if (part->has("statistics"))
      writer.statement(alter + "STATISTICS " + std::string(part->get("statistics")), view);
    if (part->has("storage")) writer.statement(alter + "STORAGE " + std::string(part->get("storage")), view);
    if (part->has("compression"))
      writer.statement(alter + "COMPRESSION " + std::string(part->get("compression")), view);
    if (part->has("options")) writer.statement(alter + "(" + std::string(part->get("options")) + ")", view);
  }
}

void write_rule(Writer& writer, const CatalogObject& rule) {
  writer.statement(without_semicolon(rule.get("definition")), rule);
  const std::string_view state = rule.get("enabled");
  if (state.empty()) return;
  const CatalogObject& table = *writer.owner_of(rule);
  writer.statement("ALTER TABLE " + table.identity +
                       (state == "disabled"  ? " DISABLE RULE "
                        : state == "replica" ? " ENABLE REPLICA RULE "
                                             : " ENABLE ALWAYS RULE ") +
                       std::string(part_name(rule, table)),
                   rule);
}

}  // namespace

std::span<const KindWriter> view_writers() {
  static constexpr KindWriter kWriters[] = {
      {"view", 160, "VIEW", write_view},
      {"materialized view", 160, "MATERIALIZED VIEW", write_materialized_view},
      {"rule", 300, "RULE", write_rule}};
  return kWriters;
}

void write_dummy_view(Writer& writer, const CatalogObject& view) {
  std::string sql = "CREATE VIEW " + view.identity;
  if (view.has("options")) sql.append(" WITH (").append(view.get("options")).append(")");
  sql += " AS\n SELECT";
  const char* separator = " ";
  for (const CatalogObject* part : writer.index().owned(view)) {
    if (part->kind != "column") continue;
    sql.append(separator).append("NULL::").append(part->get("type"));
    if (part->has("collation")) sql.append(" COLLATE ").append(part->get("collation"));
    sql.append(" AS ").append(part_name(*part, view));
    separator = ",\n    ";
  }
  writer.statement(sql, view);
}

}  // namespace whimbrel::postgresql
