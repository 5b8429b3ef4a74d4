// What an application would run, in its order, with every text read and checked. Making a plan runs nothing
// and writes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/script.h"
#include "common/migration/source_form.h"

namespace whimbrel {

struct PlanOptions {
  std::optional<std::string> form;        // the tool that the source's files are of; none: recognised
  std::optional<std::string> target;      // the last version to apply
  std::optional<std::int64_t> steps;      // how many at most, at least 1
  std::vector<std::string> environments;  // what the marker option `env:` is compared with
  std::optional<Variables> variables;     // none: nothing is replaced
  bool allow_out_of_order = false;        // a pending version below an applied one is run, not refused
  bool verify = true;                     // false: verify queries are left out, and not looked at
  // Only these versions; the others are not looked at. None: all.
  std::optional<std::vector<std::string>> only;
};

struct PlannedMigration {
  const SourceFile* file = nullptr;
  std::string description;
  Form form;
  MigrationTexts texts;
  std::vector<Script> up;
  std::vector<Script> verify;
  std::string_view action = "apply";  // as the log names it
  bool behind_others = false;         // a repeatable one, whose order is that of its real dependencies

  bool in_transaction() const { return form.in_transaction(PartKind::up); }
};

// The pending migrations of `source`, which must outlive the plan: the versioned ones by their versions, with
// the repeatable ones that have their place among them, then the other repeatable ones that are new or
// changed (these only when no versioned one stays behind). Compares the applied ones with their texts:
// kChangedMigration, or a notice where only comments differ. Throws kUnknownVersion, kOutOfOrder,
// kRequirement, and what Script and the readers of the forms say.
std::vector<PlannedMigration> make_plan(Host& host, const Source& source, const History& history,
                                        const PlanOptions& options);

// Where those begin that run behind the others.
inline std::vector<PlannedMigration>::const_iterator begin_of_repeatable(
    const std::vector<PlannedMigration>& plan) {
  return std::find_if(plan.begin(), plan.end(), [](const auto& one) { return one.behind_others; });
}

// Whether a requirement means this migration: `wanted` is a version, or a name with or without its version
// and its ending.
bool is_named(std::string_view version, std::string_view file_name, std::string_view wanted);

// Whether it is left out here: it names environments (or labels), and none of `environments` is among them.
bool is_for_other_environment(const Form& form, const std::vector<std::string>& environments);

}  // namespace whimbrel
