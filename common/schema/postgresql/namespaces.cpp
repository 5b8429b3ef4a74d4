// Schemas and extensions.
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

// Every database begins with "public".
void write_schema(Writer& writer, const CatalogObject& schema) {
  if (schema.name == "public") return;
  const bool may_be_there = writer.options().clean || schema.name == writer.own_schema;
  writer.statement((may_be_there ? "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ") + schema.identity,
                   schema);
}

void write_extension(Writer& writer, const CatalogObject& extension) {
  writer.statement("CREATE EXTENSION IF NOT EXISTS " + extension.identity + " WITH SCHEMA " +
                       std::string(extension.get("schema")),
                   extension);
}

}  // namespace

std::span<const KindWriter> namespace_writers() {
  static constexpr KindWriter kWriters[] = {{"schema", 10, "SCHEMA", write_schema},
                                            {"extension", 20, "EXTENSION", write_extension}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
