#include "common/transfer/schema_of_call.h"

namespace whimbrel {

Schema schema_of_call(Host& host, const SelectionOptions& selection) {
  Schema schema = host.read_schema();
  if (!selection.tables.empty()) host.add_named(schema, selection.tables);
  return schema;
}

}  // namespace whimbrel
