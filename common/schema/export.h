// Writing a schema as the statements that make it, in an order in which they run on an empty database: pure
// SQL, without transaction control, without a command of any client program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/schema/catalog.h"

namespace whimbrel {

struct SchemaExportOptions {
  std::vector<std::string> schemas;  // none: all
  std::vector<std::string> tables;   // "users", "auth.users"; with what they need
  std::vector<std::string> exclude;  // tables that are left out, and what cannot be without them
  bool clean = false;                // drops first what is there under the same names
  bool owner = false;                // ALTER … OWNER TO
  bool privileges = false;           // GRANT, REVOKE, default privileges
  bool strict = false;               // an object that cannot be written is an error, not a comment
  std::string dialect;               // "postgresql" | "sqlite"; "": the engine's own
};

// Where the statements go, one by one.
class StatementSink {
 public:
  virtual ~StatementSink() = default;
  // `sql` has no semicolon at its end. `about`: the object that it makes or changes, nullptr for the settings
  // at the beginning; both only until it returns.
  virtual void statement(std::string_view sql, const CatalogObject* about) = 0;
  // A line for people: what is missing. Without "--", never with a line break.
  virtual void remark(std::string_view line) = 0;
};

// A remark that is a warning to the caller too; line breaks in it become spaces.
void tell(Host& host, StatementSink& sink, std::string line);

// Of the database as it is. What cannot be written is a remark and a warning, with `strict` kUnsupported.
// Throws kInvalidOption for a schema or a table that is not there.
void write_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink);
// Of a catalog that was read with its dependencies.
void write_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                  StatementSink& sink);

}  // namespace whimbrel
