#include "pg_ext/run_observer.h"

#include "common/each_row.h"
#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// The transaction's own counters; what belongs to an extension is not the migrations' work.
constexpr std::string_view kCounters = R"sql(
  SELECT c.oid, c.changed, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
    FROM (SELECT oid, relname, relnamespace,
                 pg_catalog.pg_stat_get_xact_tuples_inserted(oid) + pg_catalog.pg_stat_get_xact_tuples_updated(oid)
                 + pg_catalog.pg_stat_get_xact_tuples_deleted(oid) AS changed
            FROM pg_catalog.pg_class WHERE relkind = 'r' AND oid >= 16384 OFFSET 0) c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.changed > 0 AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                        AND d.deptype = 'e')
   ORDER BY 3)sql";

constexpr std::string_view kLocks = R"sql(
  SELECT l.relation, l.mode FROM pg_catalog.pg_locks l
   WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.relation >= 16384)sql";

constexpr std::string_view kModes[] = {
    "AccessShareLock", "RowShareLock",          "RowExclusiveLock", "ShareUpdateExclusiveLock",
    "ShareLock",       "ShareRowExclusiveLock", "ExclusiveLock",    "AccessExclusiveLock"};

std::size_t strength(std::string_view mode) {
  return static_cast<std::size_t>(std::find(std::begin(kModes), std::end(kModes), mode) - std::begin(kModes));
}

class Observer final : public RunObserver {
 public:
  explicit Observer(Statements& statements) : statements_(statements) {
    read_counters();
    locks_before_ = read_locks();
  }

  std::vector<ChangedRows> take_changed_rows() override { return read_counters(); }

  std::vector<TakenLock> locks(const Catalog& before) override {
    const std::map<std::int64_t, std::size_t> held = read_locks();
    std::vector<TakenLock> taken;
    for (const CatalogObject& object : before.objects) {
      if (!holds_rows(object)) continue;
      const auto now = held.find(static_cast<std::int64_t>(object.host_id));
      if (now == held.end()) continue;
      const auto then = locks_before_.find(now->first);
      if (then == locks_before_.end() || then->second < now->second)
        taken.push_back({object.identity, std::string(kModes[now->second])});
    }
    return taken;
  }

 private:
  std::vector<ChangedRows> read_counters() {
    std::vector<ChangedRows> rows;
    for_each_row(statements_, kCounters, {}, [&](const Cell* row) {
      std::int64_t& known = counters_[row[0].integer];
      if (row[1].integer > known) rows.push_back({std::string(row[2].view()), row[1].integer - known});
      known = row[1].integer;
    });
    return rows;
  }

  std::map<std::int64_t, std::size_t> read_locks() {
    std::map<std::int64_t, std::size_t> strongest;
    for_each_row(statements_, kLocks, {}, [&](const Cell* row) {
      const std::size_t mode = strength(row[1].view());
      if (mode < std::size(kModes)) {
        std::size_t& known = strongest[row[0].integer];
        known = std::max(known, mode);
      }
    });
    return strongest;
  }

  Statements& statements_;
  std::map<std::int64_t, std::int64_t> counters_;
  std::map<std::int64_t, std::size_t> locks_before_;
};

}  // namespace

std::unique_ptr<RunObserver> make_run_observer(Statements& statements) {
  return std::make_unique<Observer>(statements);
}

}  // namespace whimbrel::pg
