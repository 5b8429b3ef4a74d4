// What an import would do, for people and for pipelines: row by row, column by column, and in words. Secrets
// are masked.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/compare.h"

namespace whimbrel {

// One column of one row; what it points to is valid while the row is shown.
struct PlanRow {
  bool begins = false;      // the first of its row
  std::string_view action;  // insert, update, delete
  std::string_view table;
  std::string_view key;
  std::string_view column;  // empty: of a row that goes without any
  std::optional<std::string> old_value, new_value;
};

void for_each_plan_row(BundleComparison& comparison, const std::function<void(const PlanRow&)>& show);
// "register new agent, set 5 resource permissions", "nothing to change".
std::string plan_summary(const BundleComparison& comparison);
// The whole as lines for people, or as one JSON object.
std::string plan_text(BundleComparison& comparison, const std::string& summary, const std::string& hash);
std::string plan_json(BundleComparison& comparison, const std::string& summary, const std::string& hash);

}  // namespace whimbrel
