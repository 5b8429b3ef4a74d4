// Where bundles and their runs are kept: the tables bundles and bundle_runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/shape.h"
#include "common/host.h"

namespace whimbrel {

struct StoredBundle {
  std::string name;
  std::string spec;
};

struct BundleRun {
  std::int64_t number = 0;
  std::string bundle;
  std::string action;  // import, rollback
  std::string plan_hash;
  std::string summary;
  std::string root_key;  // of the document's own row; empty where it has none
  std::optional<std::string> document;
  std::string replaced;  // JSON, see changes.h
  std::uint64_t inserted = 0, updated = 0, deleted = 0;
  std::int64_t undone_by = 0;  // 0: it stands
};

// "created", "replaced" or "unchanged".
std::string_view store_bundle(Host& host, const BundleShape& shape);
// kUnknownBundle where there is none of the name. Its runs stay.
void drop_bundle(Host& host, std::string_view name);
std::vector<StoredBundle> stored_bundles(Host& host);
// The one of the name; without a name the only one that there is. kUnknownBundle.
StoredBundle find_bundle(Host& host, const std::optional<std::string>& name);

// Keeps the run, with the document that was imported (not run.document: one may be large), and returns its
// number.
std::int64_t add_run(Host& host, const BundleRun& run, std::optional<std::string_view> document);
// kUnknownBundle for a number that no run has.
BundleRun find_run(Host& host, std::int64_t number);
// The last run that imported a document of the bundle about this row and stands; none when there is none.
std::optional<BundleRun> last_import(Host& host, std::string_view bundle, std::string_view root_key);
void mark_undone(Host& host, std::int64_t number, std::int64_t by);

}  // namespace whimbrel
