// sqitch.plan: the changes in their order, with what they require. Text only; no script is looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

struct SqitchChange {
  std::string name;
  // The name of its scripts without .sql: "users"; once it is reworked "users@v1.1", "users@v1.0", of which
  // the first that is there is meant.
  std::vector<std::string> scripts;
  std::string version;  // the planned time, digits alone, made to rise: 20210401121821, 20210401121821.1
  std::string note;     // in one line
  std::vector<std::size_t> required;  // indexes of changes before it
};

// Throws kMigrationSyntax with the line; kUnsupported for what another project or a revert in the plan needs;
// kRequirement for a conflict with a change before it.
std::vector<SqitchChange> parse_sqitch_plan(std::string_view subject, std::string_view text);

}  // namespace whimbrel
