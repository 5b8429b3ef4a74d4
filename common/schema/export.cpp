#include "common/schema/export.h"

#include <algorithm>

#include "common/move/as_postgresql.h"
#include "common/move/as_sqlite.h"
#include "common/schema/postgresql/export.h"
#include "common/schema/sqlite/export.h"

namespace whimbrel {

void tell(Host& host, StatementSink& sink, std::string line) {
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  sink.remark(line);
  host.notice(NoticeLevel::warning, line);
}

void write_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink) {
  write_schema(host, host.read_catalog({.dependencies = true, .privileges = options.privileges}), options,
               sink);
}

void write_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                  StatementSink& sink) {
  const std::string& engine = host.dialect().engine;
  if (!options.dialect.empty() && options.dialect != engine)
    return engine == "sqlite" ? move::write_postgresql_schema(host, options, sink)
                              : move::write_sqlite_schema(host, options, sink);
  if (engine == "sqlite")
    sqlite::export_schema(host, catalog, options, sink);
  else
    postgresql::export_schema(host, catalog, options, sink);
}

}  // namespace whimbrel
