// Triggers and policies.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

std::string_view enabling(std::string_view state) {
  if (state == "disabled") return " DISABLE TRIGGER ";
  if (state == "replica") return " ENABLE REPLICA TRIGGER ";
  if (state == "always") return " ENABLE ALWAYS TRIGGER ";
  return " ENABLE TRIGGER ";
}

// Partitions get theirs with the table's; only another state is their own.
void write_trigger(Writer& writer, const CatalogObject& trigger) {
  const CatalogObject& table = *writer.owner_of(trigger);
  if (!trigger.has("inherited")) writer.statement(trigger.get("definition"), trigger);
  if (trigger.has("enabled"))
    writer.statement("ALTER TABLE " + table.identity + std::string(enabling(trigger.get("enabled"))) +
                         std::string(part_name(trigger, table)),
                     trigger);
}

void write_policy(Writer& writer, const CatalogObject& policy) {
  const CatalogObject& table = *writer.owner_of(policy);
  std::string sql = "CREATE POLICY " + std::string(part_name(policy, table)) + " ON " + table.identity;
  if (policy.has("restrictive")) sql += " AS RESTRICTIVE";
  if (policy.has("command")) sql.append(" FOR ").append(policy.get("command"));
  if (policy.has("roles")) sql.append(" TO ").append(policy.get("roles"));
  if (policy.has("using")) sql.append(" USING (").append(policy.get("using")).append(")");
  if (policy.has("with_check")) sql.append(" WITH CHECK (").append(policy.get("with_check")).append(")");
  writer.statement(sql, policy);
}

}  // namespace

std::span<const KindWriter> behaviour_writers() {
  static constexpr KindWriter kWriters[] = {{"trigger", 310, "TRIGGER", write_trigger},
                                            {"policy", 340, "POLICY", write_policy}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
