#include "common/schema/catalog_mark.h"

#include "common/host.h"

namespace whimbrel {

namespace {

class WholeCatalogMark : public CatalogMark {
 public:
  explicit WholeCatalogMark(Host& host) : host_(host), before_(host.read_catalog({})) {}

  std::vector<CatalogChange> changes() override { return compare_catalogs(before_, host_.read_catalog({})); }

 private:
  Host& host_;
  const Catalog before_;
};

}  // namespace

std::unique_ptr<CatalogMark> mark_whole_catalog(Host& host) {
  return std::make_unique<WholeCatalogMark>(host);
}

}  // namespace whimbrel
