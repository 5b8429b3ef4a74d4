#include "common/transfer/references/key_trial.h"

#include <algorithm>

namespace whimbrel {

KeyTrial::KeyTrial(Problems& problems, bool cleared) : problems_(problems), cleared_(cleared) {
  for (const Problem& problem : problems.kept()) {
    told_.emplace(problem.code, problem.table, problem.row);
    told_.emplace(problem.code, problem.table, 0);
    if (!problem.column.empty()) wrong_[{problem.table, problem.row}].insert(problem.column);
  }
}

void KeyTrial::tell(const Error& error, const std::string& table, std::uint64_t row) {
  if (!told_.emplace(error.code, table, row).second) return;
  problems_.add({error.code, table, row, "", error.message, json::Position{0, 0, 0}});
}

bool KeyTrial::is_wrong(const std::string& table, std::uint64_t row, const Table& target,
                        const std::vector<std::size_t>& columns) const {
  if (wrong_.empty()) return false;
  const auto found = wrong_.find({table, row});
  return found != wrong_.end() && std::ranges::any_of(columns, [&](std::size_t column) {
           return found->second.contains(target.columns[column].name);
         });
}

}  // namespace whimbrel
