// A bundle's document into the tables: checked, compared, written in one savepoint, looked at afterwards and
// recorded. All or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/change_set.h"
#include "common/bundle/compare.h"
#include "common/bundle/store.h"
#include "common/host.h"

namespace whimbrel {

struct ImportBundleOptions {
  CompareOptions compare;
  std::optional<std::string> plan_hash;  // refused when it is another one now
  bool dry_run = false;
};

struct BundleTableOutcome {
  std::string table;
  std::uint64_t inserted = 0, updated = 0, deleted = 0, unchanged = 0;
};

struct BundleOutcome {
  std::vector<BundleTableOutcome> tables;
  std::string summary;
  std::string plan_hash;
  std::int64_t run = 0;  // 0: nothing was written, or a dry run
};

// `action`: as the run is recorded.
BundleOutcome import_bundle(Host& host, const BundleShape& shape, std::string_view document,
                            const ImportBundleOptions& options, std::string_view action = "import");

}  // namespace whimbrel
