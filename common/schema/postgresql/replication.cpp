// Publications, subscriptions and event triggers: what watches the others, and so comes last.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

template <typename Function>
void for_each_line(std::string_view lines, Function&& function) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    function(line);
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
}

void write_publication(Writer& writer, const CatalogObject& publication) {
  std::string sql = "CREATE PUBLICATION " + publication.identity;
  if (publication.has("all_tables")) sql += " FOR ALL TABLES";
  sql.append(" WITH (publish = ").append(quote_literal(publication.get("publish")));
  if (publication.has("via_partition_root")) sql += ", publish_via_partition_root = true";
  if (publication.has("generated_columns")) sql += ", publish_generated_columns = stored";
  writer.statement(sql + ")", publication);
  const std::string add = "ALTER PUBLICATION " + publication.identity + " ADD TABLE";
  for_each_line(publication.get("tables"), [&](std::string_view table) {
    writer.statement(add + " " + std::string(table), publication);
  });
  for_each_line(publication.get("schemas"), [&](std::string_view schema) {
    writer.statement(add + "S IN SCHEMA " + std::string(schema), publication);
  });
}

// It does not connect, and stays disabled until somebody who knows both servers enables it.
void write_subscription(Writer& writer, const CatalogObject& subscription) {
  std::string sql = "CREATE SUBSCRIPTION " + subscription.identity + " CONNECTION " +
                    quote_literal(subscription.get("connection"));
  sql.append(" PUBLICATION ").append(subscription.get("publications"));
  sql.append(" WITH (connect = false, slot_name = ").append(subscription.get("slot_name"));
  if (subscription.has("options")) sql.append(", ").append(subscription.get("options"));
  writer.statement(sql + ")", subscription);
}

void write_event_trigger(Writer& writer, const CatalogObject& trigger) {
  std::string sql = "CREATE EVENT TRIGGER " + trigger.identity;
  sql.append(" ON ").append(trigger.get("event"));
  if (trigger.has("tags")) sql.append(" WHEN TAG IN (").append(trigger.get("tags")).append(")");
  writer.statement(sql.append(" EXECUTE FUNCTION ").append(trigger.get("function")).append("()"), trigger);
  const std::string_view state = trigger.get("enabled");
  if (!state.empty())
    writer.statement("ALTER EVENT TRIGGER " + trigger.identity +
                         (state == "disabled"  ? " DISABLE"
                          : state == "replica" ? " ENABLE REPLICA"
                                               : " ENABLE ALWAYS"),
                     trigger);
}

}  // namespace

std::span<const KindWriter> replication_writers() {
  static constexpr KindWriter kWriters[] = {{"publication", 400, "PUBLICATION", write_publication},
                                            {"subscription", 410, "SUBSCRIPTION", write_subscription},
                                            {"event trigger", 430, "EVENT TRIGGER", write_event_trigger}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
