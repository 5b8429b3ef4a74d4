#include "common/move/target_names.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/move/system_column.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::move {

namespace {

constexpr std::size_t kLongestName = 63;

// At most so many bytes, cut between characters.
std::string cut(std::string name, std::size_t most) {
  if (name.size() <= most) return name;
  while (most > 0 && (static_cast<unsigned char>(name[most]) & 0xc0) == 0x80) --most;
  name.resize(most);
  return name;
}

void claim(std::set<std::string>& taken, const std::string& name, const std::string& what, std::size_t size) {
  if (size > kLongestName)
    throw Error(code::kUnsupported,
                what + " \"" + name + "\" is longer than the 63 bytes of a name in PostgreSQL", {},
                "Rename it in a copy of the file first.");
  if (!taken.insert(name).second)
    throw Error(code::kUnsupported, "two names become " + what + " \"" + name + "\"", {},
                "Use the option names: keep, or rename one of them.");
}

}  // namespace

std::string TargetNames::of(const std::string& name) const {
  return options_.names == Names::fold ? sqlite::lower_name(name) : name;
}

std::string TargetNames::of_column(const std::string& name) const { return free_of_system_columns(of(name)); }

std::string TargetNames::of_constraint(const std::string& name) const { return cut(of(name), kLongestName); }

void TargetNames::name(std::vector<TargetTable>& tables) {
  for (TargetTable& table : tables) {
    table.schema = options_.schema;
    table.name = of(table.source->table.name);
    const std::string whole = table.name;
    if (const std::size_t dot = table.name.find('.'); options_.dotted && dot != std::string::npos) {
      table.schema = table.name.substr(0, dot);
      table.name.erase(0, dot + 1);
    }
    claim(taken_, whole, "table", std::max(table.schema.size(), table.name.size()));
    std::set<std::string> columns;
    for (const Column& column : table.source->table.columns) {
      table.columns.push_back({of_column(column.name), {}});
      const std::string& name = table.columns.back().name;
      claim(columns, name, "column " + table.name + ".", name.size());
    }
  }
}

std::string TargetNames::free(const std::string& wanted) {
  const std::string whole = of(wanted);
  std::string name = cut(whole, kLongestName);
  for (unsigned i = 1; !taken_.insert(name).second; ++i) {
    const std::string tail = "_" + std::to_string(i);
    name = cut(whole, kLongestName - tail.size()) + tail;
  }
  return name;
}

}  // namespace whimbrel::move
