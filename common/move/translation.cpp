#include "common/move/translation.h"

#include <utility>

#include "common/move/draft.h"
#include "common/move/nocase.h"
#include "common/move/translate_columns.h"
#include "common/move/translate_indexes.h"
#include "common/move/translate_keys.h"
#include "common/move/translate_others.h"
#include "common/move/translate_references.h"

namespace whimbrel::move {

namespace {

void write_table(Draft& draft, std::size_t t) {
  TargetTable& target = draft.result.tables[t];
  const SourceTable& source = *target.source;
  const NameScope scope = draft.scope_of(t);
  Finding table;
  table.object = table.table = source.table.name;
  table.kind = "table";
  table.declared = draft.create_of(t).strict ? "STRICT" : "";
  if (draft.create_of(t).without_rowid)
    table.declared += table.declared.empty() ? "WITHOUT ROWID" : ", WITHOUT ROWID";
  table.found = std::to_string(draft.profiles[t].rows) + " rows";
  table.target = full_name(target);
  if (!table.declared.empty())
    table.reason = "every table of PostgreSQL has strict types, and a storage of its own";
  draft.report(std::move(table));
  for (std::size_t c = 0; c < target.columns.size(); ++c)
    target.columns[c].definition = write_column(draft, t, c, scope);
  write_keys(draft, t, scope);
  write_indexes(draft, t, scope);
}

}  // namespace

Translation translate(const SourceSchema& source, const std::vector<std::size_t>& tables,
                      const std::vector<TableProfile>& profiles, const TranslationOptions& options) {
  Draft draft(source, tables, profiles, options);
  draft.names.name(draft.result.tables);
  decide_columns(draft);
  equalise_references(draft);
  std::vector<std::string>& before = draft.result.before;
  before.push_back("CREATE SCHEMA IF NOT EXISTS " + quote_identifier(options.schema));
  for (std::size_t t = 0; t < draft.result.tables.size(); ++t) write_table(draft, t);
  for (std::size_t t = 0; t < draft.result.tables.size(); ++t) write_references(draft, t);
  write_others(draft);
  if (draft.needs_nocase)
    before.push_back("CREATE COLLATION IF NOT EXISTS " + quote_name(options.schema, kNocase) +
                     " (provider = icu, locale = '" + std::string(kNocaseLocale) +
                     "', deterministic = false)");
  return std::move(draft.result);
}

}  // namespace whimbrel::move
