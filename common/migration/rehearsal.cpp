#include "common/migration/rehearsal.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/schema/compare.h"

namespace whimbrel {

namespace {

void add(std::vector<Outcome>& outcomes, std::string_view status, std::string description, std::int64_t rows,
         std::string detail) {
  Outcome& fact = outcomes.emplace_back();
  fact.fact = true;
  fact.status = status;
  fact.description = std::move(description);
  fact.rows_affected = rows;
  if (!detail.empty()) fact.detail = std::move(detail);
}

}  // namespace

void Rehearsal::add_facts(std::vector<Outcome>& outcomes) const {
  for (ChangedRows& one : observer_->take_changed_rows())
    add(outcomes, "rows", std::move(one.table), one.rows, {});
  const std::vector<TakenLock> locks = observer_->locks(before_);
  const Catalog after = host_.read_catalog({});
  for (CatalogChange& change : compare_catalogs(before_, after))
    add(outcomes, name_of(change.kind), std::move(change.object), 0, std::move(change.detail));
  add_rewritten(after, outcomes);
  for (const TakenLock& lock : locks) add(outcomes, "lock", lock.table, 0, lock.mode);
}

void Rehearsal::add_rewritten(const Catalog& after, std::vector<Outcome>& outcomes) const {
  for (const CatalogObject& old : before_.objects) {
    if (!holds_rows(old) || old.storage == 0) continue;
    const CatalogObject* now = after.find(old.kind, old.identity);
    if (now == nullptr && old.host_id != 0) {  // renamed
      const auto same = std::find_if(
          after.objects.begin(), after.objects.end(),
          [&](const CatalogObject& one) { return one.host_id == old.host_id && one.kind == old.kind; });
      if (same != after.objects.end()) now = &*same;
    }
    if (now == nullptr || now->storage == old.storage) continue;
    add(outcomes, "rewritten", old.identity, 0,
        old.host_id != now->host_id ? "dropped and created again" : "a new file for its rows");
  }
}

}  // namespace whimbrel
