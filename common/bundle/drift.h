// A document beside the live rows, and both beside what the last recorded import left: who has changed what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/document.h"
#include "common/bundle/shape.h"
#include "common/host.h"

namespace whimbrel {

struct DriftRow {
  std::string_view state;  // changed_here, changed_there, conflict
  std::string table;
  std::string key;
  std::string column;  // empty: the row as a whole
  std::optional<std::string> base, here, there;
  std::string_view detail;
};

// "here" is this database, "there" the document. Nothing: they are in sync. Throws for what is wrong with the
// document.
std::vector<DriftRow> find_drift(Host& host, const BundleShape& shape, std::string_view document);

}  // namespace whimbrel
