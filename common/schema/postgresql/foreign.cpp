// Foreign data wrappers, servers, user mappings. Foreign tables are tables.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

std::string options_of(const CatalogObject& object) {
  return object.has("options") ? " OPTIONS (" + std::string(object.get("options")) + ")" : "";
}

void write_wrapper(Writer& writer, const CatalogObject& wrapper) {
  std::string sql = "CREATE FOREIGN DATA WRAPPER " + wrapper.identity;
  if (wrapper.has("handler")) sql.append(" HANDLER ").append(wrapper.get("handler"));
  if (wrapper.has("validator")) sql.append(" VALIDATOR ").append(wrapper.get("validator"));
  writer.statement(sql + options_of(wrapper), wrapper);
}

void write_server(Writer& writer, const CatalogObject& server) {
  std::string sql = "CREATE SERVER " + server.identity;
  if (server.has("type")) sql.append(" TYPE ").append(quote_literal(server.get("type")));
  if (server.has("version")) sql.append(" VERSION ").append(quote_literal(server.get("version")));
  sql.append(" FOREIGN DATA WRAPPER ").append(server.get("wrapper"));
  writer.statement(sql + options_of(server), server);
}

void write_user_mapping(Writer& writer, const CatalogObject& mapping) {
  writer.statement("CREATE USER MAPPING FOR " + mapping.identity + options_of(mapping), mapping);
}

}  // namespace

std::span<const KindWriter> foreign_writers() {
  static constexpr KindWriter kWriters[] = {
      {"foreign data wrapper", 120, "FOREIGN DATA WRAPPER", write_wrapper},
      {"server", 124, "SERVER", write_server},
      {"user mapping", 128, "USER MAPPING", write_user_mapping}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
