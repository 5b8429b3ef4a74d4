#include "common/move/column_facts.h"

#include "common/move/nocase.h"

namespace whimbrel::move {

namespace {

const CatalogObject* object_of(const CatalogIndex& index, std::string_view kind, std::string_view identity) {
  return index.find(std::string(kind).append(" ").append(identity));
}

}  // namespace

const CatalogObject* domain_of(const CatalogIndex& index, std::string_view type) {
  return object_of(index, "domain", type);
}

Comparison comparison_of(const CatalogIndex& index, std::string_view collation) {
  const CatalogObject* const object = object_of(index, "collation", collation);
  // Those of the system all look at bytes.
  if (object == nullptr || object->get("deterministic") != "false") return Comparison::bytes;
  const bool nocase =
      object->get("provider") == "icu" && object->get("locale") == kNocaseLocale && !object->has("rules");
  return nocase ? Comparison::nocase : Comparison::other;
}

ColumnFacts column_facts(const CatalogIndex& index, const Column& column, const CatalogObject* fact) {
  ColumnFacts facts;
  facts.base = column.type;
  facts.not_null = column.not_null;
  if (fact != nullptr) {
    facts.by_default = fact->get("default");
    facts.collation = fact->get("collation");
  }
  while (const CatalogObject* const domain = domain_of(index, facts.base)) {
    for (const CatalogObject* part : index.owned(*domain))
      if (part->kind == "constraint" && part->get("type") == "check") facts.checks.push_back(part);
    facts.not_null = facts.not_null || domain->has("not_null");
    if (facts.by_default.empty()) facts.by_default = domain->get("default");
    if (facts.collation.empty()) facts.collation = domain->get("collation");
    facts.base = domain->get("base");
  }
  facts.comparison = comparison_of(index, facts.collation);
  return facts;
}

}  // namespace whimbrel::move
