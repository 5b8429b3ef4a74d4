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

struct PlanRow {
  std::string_view action;  // insert, update, delete
  std::string table;
  std::string key;
  std::string column;  // empty: of a row that goes without any
  std::optional<std::string> old_value, new_value;
};

std::vector<PlanRow> plan_rows(BundleComparison& comparison);
// "register new agent, set 5 resource permissions", "nothing to change".
std::string plan_summary(const BundleComparison& comparison);
// The whole as lines for people, or as one JSON object.
std::string plan_text(const std::string& bundle, const std::vector<PlanRow>& rows, const std::string& summary,
                      const std::string& hash);
std::string plan_json(const std::string& bundle, const std::vector<PlanRow>& rows, const std::string& summary,
                      const std::string& hash);

}  // namespace whimbrel
