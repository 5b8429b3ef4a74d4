#include "common/move/create_table.h"

#include <set>

#include "common/move/refusal.h"

namespace whimbrel::move {

void create_table(Host& host, const TargetTable& table, const RefusedExpression& refused) {
  if (!table.has_expressions()) {
    host.execute(table.create());
    return;
  }
  if (!refusal_of(host, table.create())) return;
  std::set<const TargetColumn*> taken;
  const auto create = [&] {
    return table.create([&](const TargetColumn& column) { return taken.contains(&column); });
  };
  for (const TargetColumn& column : table.columns) {
    if (!column.computed()) continue;
    taken.insert(&column);
    if (const auto refusal = refusal_of(host, create())) {
      taken.erase(&column);
      refused(column, *refusal);
    } else {
      host.execute("DROP TABLE " + quote_name(table.schema, table.name));
    }
  }
  host.execute(create());
}

}  // namespace whimbrel::move
