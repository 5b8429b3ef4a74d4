#include "common/transfer/clear_check.h"

#include <algorithm>
#include <string>

#include "common/error.h"

namespace whimbrel {

namespace {

std::string_view action_text(ForeignKeyAction action) {
  switch (action) {
    case ForeignKeyAction::cascade:
      return "ON DELETE CASCADE";
    case ForeignKeyAction::set_null:
      return "ON DELETE SET NULL";
    case ForeignKeyAction::set_default:
      return "ON DELETE SET DEFAULT";
    default:
      return {};
  }
}

bool has_references(Host& host, const Table& child, const ForeignKey& key) {
  std::string sql = "SELECT 1 FROM " + quote_name(child.schema, child.name) + " WHERE ";
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    if (i != 0) sql += " AND ";
    sql += quote_identifier(child.columns[key.columns[i]].name) + " IS NOT NULL";
  }
  const auto rows = host.query_all_rows(sql + " LIMIT 1");
  RowBatch batch;
  return rows->next(batch);
}

}  // namespace

void refuse_to_clear_others(Host& host, const Schema& schema, const std::vector<const Table*>& cleared) {
  for (const Table& child : schema.tables) {
    if (std::find(cleared.begin(), cleared.end(), &child) != cleared.end()) continue;
    for (const ForeignKey& key : child.foreign_keys) {
      const auto parent = std::find_if(cleared.begin(), cleared.end(), [&](const Table* table) {
        return key.parent_table == table->name && key.parent_schema == table->schema;
      });
      if (!key.enforced || parent == cleared.end() || action_text(key.on_delete).empty() ||
          !has_references(host, child, key))
        continue;
      throw Error(code::kReference,
                  "clearing table \"" + (*parent)->display_name() + "\" would change table \"" +
                      child.display_name() + "\", which is not imported",
                  "A foreign key of \"" + child.display_name() + "\" has " +
                      std::string(action_text(key.on_delete)) + ", and rows of it reference \"" +
                      (*parent)->display_name() + "\".",
                  "Import both tables, or remove those rows first.");
    }
  }
}

}  // namespace whimbrel
