#include "common/transfer/import_request.h"

#include "common/transfer/schema_of_call.h"

namespace whimbrel {

Schema schema_for_import(Host& host, const ImportOptions& options) {
  Schema schema = schema_of_call(host, options.selection);
  if (!options.triggers)
    for (Table& table : schema.tables) table.triggers = false;
  return schema;
}

ValidationRequest validation_request(const DocumentInput& input, const Schema& schema,
                                     const ImportOptions& options, const Rules& rules) {
  ValidationRequest request;
  request.input = &input;
  request.schema = &schema;
  request.selection = options.selection;
  request.bad_text = options.bad_text;
  request.widened = options.create;
  request.renames = options.renames;
  request.on_conflict = &options.on_conflict;
  if (!options.include_logs) {
    for (const Rule& rule : rules.all())
      if (rule.kind == RuleKind::log) request.left_out.push_back(rule.table);
  }
  return request;
}

}  // namespace whimbrel
