// Which facts of a catalog an export is about: what the caller named, with everything that it needs.
#pragma once

#include <string>
#include <vector>

#include "common/schema/export.h"
#include "common/schema/index.h"

namespace whimbrel {

struct FactSelection {
  std::vector<bool> chosen;           // one per object of the catalog
  std::vector<std::string> left_out;  // lines for people: what cannot be without something excluded
};

// `default_schema`: where names of tables without a schema are looked for. Whimbrel's own extension is chosen
// only when something needs it. Throws kInvalidOption for a schema or a table that is not there.
FactSelection select_facts(const CatalogIndex& index, const SchemaExportOptions& options,
                           const std::string& default_schema);

}  // namespace whimbrel
