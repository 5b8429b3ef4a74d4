// Constraints, indexes and statistics objects.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

void write_uses_of_index(Writer& writer, const CatalogObject& index, const CatalogObject& table,
                         std::string_view name) {
  if (index.has("clustered"))
    writer.statement("ALTER TABLE " + table.identity + " CLUSTER ON " + std::string(name), index);
  if (index.has("replica_identity"))
    writer.statement(
        "ALTER TABLE ONLY " + table.identity + " REPLICA IDENTITY USING INDEX " + std::string(name), index);
}

// `schema.name` of the index of a constraint, which is in the schema of its table.
std::string index_identity(const CatalogObject& constraint, const CatalogObject& table) {
  const std::size_t schema = table.identity.size() - quoted_tail(table).size();
  return table.identity.substr(0, schema) + std::string(part_name(constraint, table));
}

// The server's text of a key leaves the options of its index out; they stand before what follows the columns.
std::string with_options(std::string_view definition, std::string_view options) {
  std::size_t end = definition.size();
  for (const std::string_view suffix : {" INITIALLY DEFERRED", " DEFERRABLE"})
    if (definition.substr(0, end).ends_with(suffix)) end -= suffix.size();
  return std::string(definition.substr(0, end))
      .append(" WITH (")
      .append(options)
      .append(")")
      .append(definition.substr(end));
}

void write_constraint(Writer& writer, const CatalogObject& constraint) {
  const CatalogObject& table = *writer.owner_of(constraint);
  const std::string_view type = constraint.get("type"), name = part_name(constraint, table);
  // A key of a partitioned table stands for those of all partitions.
  const bool all = type == "foreign key" ? table.has("partition_by") : type == "check" || type == "not null";
  std::string definition(constraint.get("definition"));
  const bool exclusion = type == "exclusion";
  if (constraint.has("options") && !exclusion)
    definition = with_options(definition, constraint.get("options"));
  writer.statement((all ? "ALTER TABLE " : "ALTER TABLE ONLY ") + table.identity + "\n    ADD CONSTRAINT " +
                       std::string(name) + " " + definition,
                   constraint);
  if (constraint.has("options") && exclusion)
    writer.statement("ALTER INDEX " + index_identity(constraint, table) + " SET (" +
                         std::string(constraint.get("options")) + ")",
                     constraint);
  write_uses_of_index(writer, constraint, table, name);
  if (constraint.has("index_comment"))
    writer.statement("COMMENT ON INDEX " + index_identity(constraint, table) + " IS " +
                         quote_literal(constraint.get("index_comment")),
                     constraint);
}

void write_index(Writer& writer, const CatalogObject& index) {
  const CatalogObject& table = *writer.owner_of(index);
  writer.statement(index.get("definition"), index);
  std::string_view statistics = index.get("statistics");
  while (!statistics.empty()) {
    const std::string_view one = statistics.substr(0, statistics.find(", "));
    const std::size_t space = one.find(' ');
    writer.statement("ALTER INDEX " + index.identity + " ALTER COLUMN " + std::string(one.substr(0, space)) +
                         " SET STATISTICS " + std::string(one.substr(space + 1)),
                     index);
    statistics.remove_prefix(std::min(statistics.size(), one.size() + 2));
  }
  write_uses_of_index(writer, index, table, quoted_tail(index));
}

void write_statistics(Writer& writer, const CatalogObject& statistics) {
  writer.statement(statistics.get("definition"), statistics);
  if (statistics.has("target"))
    writer.statement("ALTER STATISTICS " + statistics.identity + " SET STATISTICS " +
                         std::string(statistics.get("target")),
                     statistics);
}

}  // namespace

std::span<const KindWriter> constraint_writers() {
  static constexpr KindWriter kWriters[] = {{"constraint", 200, "CONSTRAINT", write_constraint},
                                            {"index", 210, "INDEX", write_index},
                                            {"statistics", 230, "STATISTICS", write_statistics}};
  return kWriters;
}

void write_separate_check(Writer& writer, const CatalogObject& constraint) {
  const CatalogObject& owner = *writer.owner_of(constraint);
  if (constraint.has("inherited")) return;  // comes with the parent's
  if (owner.kind != "domain") return write_constraint(writer, constraint);
  writer.statement("ALTER DOMAIN " + owner.identity + "\n    ADD CONSTRAINT " +
                       std::string(part_name(constraint, owner)) + " " +
                       std::string(constraint.get("definition")),
                   constraint);
}

void write_index_attachment(Writer& writer, const CatalogObject& index) {
  const std::string identity =
      index.kind == "constraint" ? index_identity(index, *writer.owner_of(index)) : index.identity;
  writer.statement("ALTER INDEX " + std::string(index.get("attached_to")) + " ATTACH PARTITION " + identity,
                   index);
}

}  // namespace whimbrel::postgresql
