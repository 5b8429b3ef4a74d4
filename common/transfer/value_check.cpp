#include "common/transfer/value_check.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

void check_values(const DocumentRows& rows, Problems& errors) {
  const Table& target = *rows.table.target;
  std::vector<std::size_t> given;
  for (const IndexedColumn& column : rows.table.columns)
    if (column.presence != Presence::none && column.target != Table::npos) given.push_back(column.target);
  const std::unique_ptr<ValueJudge> judge = rows.host.judge_values(target, given);
  if (judge == nullptr || judge->columns().empty()) return;
  std::set<std::pair<std::uint64_t, std::string>> known;
  for (const Problem& problem : errors.kept())
    if (problem.table == rows.table.name) known.emplace(problem.row, problem.column);
  BadRows bad;  // told already
  TableRows source(rows.host, rows.input, rows.index, rows.table, judge->columns());
  source.collect(bad);
  RowBatch batch;
  for (std::uint64_t first = 0; source.next(batch); first += batch.rows()) {
    for (const ValueFault& fault : judge->judge(batch)) {
      const std::uint64_t row = source.numbers().at(first + fault.row);
      const std::string& column = target.columns[judge->columns()[fault.cell]].name;
      if (known.contains({row, column})) continue;
      errors.add({fault.error.code, rows.table.name, row, column, message_with_detail(fault.error),
                  json::Position{0, 0, 0}});
    }
  }
}

}  // namespace whimbrel
