// A moment of the catalog, for telling later what has changed since.
#pragma once

#include <memory>
#include <vector>

#include "common/schema/compare.h"

namespace whimbrel {

class Host;

// Must not outlive the host that made it.
class CatalogMark {
 public:
  virtual ~CatalogMark() = default;
  // As compare_catalogs() tells it of the whole catalog then and now.
  virtual std::vector<CatalogChange> changes() = 0;
};

// Keeps the whole catalog and reads it again.
std::unique_ptr<CatalogMark> mark_whole_catalog(Host& host);

}  // namespace whimbrel
