#include "common/migration/rehearsal.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "common/migration/own_tables.h"
#include "common/migration/row_copy.h"
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

// Of the history that is written with the migrations; `table` is an identity, in SQLite without a schema.
bool is_own(const Host& host, std::string_view table) {
  return std::ranges::any_of(kHistoryTables, [&](const OwnTable& own) {
    if (!table.ends_with(own.name)) return false;
    std::string_view schema = table.substr(0, table.size() - own.name.size());
    if (schema.ends_with('.')) schema.remove_suffix(1);
    const std::string& ours = host.dialect().own_schema;
    return schema.empty() || schema == ours || schema == quote_identifier(ours);
  });
}

// The same of an object's key.
bool is_own_table(const Host& host, std::string_view object) {
  constexpr std::string_view kTable = "table ";
  return object.starts_with(kTable) && is_own(host, object.substr(kTable.size()));
}

}  // namespace

void Rehearsal::add_facts(std::vector<Outcome>& outcomes) const {
  for (ChangedRows& one : observer_->take_changed_rows())
    if (!is_own(host_, one.table)) add(outcomes, "rows", std::move(one.table), one.rows, {});
  const std::vector<TakenLock> locks = observer_->locks(before_);
  const Catalog after = host_.read_catalog({});
  for (CatalogChange& change : compare_catalogs(before_, after))
    if (!is_own_table(host_, change.object))
      add(outcomes, name_of(change.kind), std::move(change.object), 0, std::move(change.detail));
  add_rewritten(after, outcomes);
  for (const TakenLock& lock : locks)
    if (!is_own(host_, lock.table)) add(outcomes, "lock", lock.table, 0, lock.mode);
}

void Rehearsal::add_rewritten(const Catalog& after, std::vector<Outcome>& outcomes) const {
  const std::set<std::string> dropped = observer_->dropped_tables();
  for (const CatalogObject& old : before_.objects) {
    if (!holds_rows(old) || old.storage == 0) continue;
    const CatalogObject* now = after.find(old.kind, old.identity);
    if (now == nullptr && old.host_id != 0) {  // renamed
      const auto same = std::find_if(
          after.objects.begin(), after.objects.end(),
          [&](const CatalogObject& one) { return one.host_id == old.host_id && one.kind == old.kind; });
      if (same != after.objects.end()) now = &*same;
    }
    // What was dropped and made anew may lie where it lay.
    if (now == nullptr || (now->storage == old.storage && !dropped.contains(plain_table_name(old.identity))))
      continue;
    add(outcomes, "rewritten", old.identity, 0,
        old.host_id != now->host_id ? "dropped and created again" : "a new file for its rows");
  }
}

}  // namespace whimbrel
