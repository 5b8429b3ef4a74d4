// What can hurt in a statement, with facts about the tables as they are now. A table that the same run makes
// is no hazard. It looks only; what a run really did is told by a dry run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/rebuild.h"
#include "common/migration/script.h"

namespace whimbrel {

// Building an index on a table of at least so many rows, or bytes, is worth a warning.
inline constexpr std::int64_t kLargeTableRows = 100'000;
inline constexpr std::int64_t kLargeTableBytes = 100 * 1024 * 1024;

namespace hazard {
inline constexpr std::string_view kLostData = "lost_data";
inline constexpr std::string_view kTableRewrite = "table_rewrite";
inline constexpr std::string_view kAccessExclusiveLock = "access_exclusive_lock";
inline constexpr std::string_view kConstraintViolation = "constraint_violation";  // existing rows break it
inline constexpr std::string_view kIndexBuild = "index_build";
inline constexpr std::string_view kEnumValueUsed = "enum_value_used";  // in the transaction that adds it
}  // namespace hazard

struct Hazard {
  std::string_view kind;  // one of the above
  std::string detail;     // "DROP COLUMN note on public.items: 3 rows now, 8 kB"
  std::int64_t rows = 0;  // that are concerned, as far as known
  bool certain = true;    // false: what cannot be looked into, or what runs before it, may make it none
};

// Goes through the statements of a run in their order.
class HazardFinder {
 public:
  explicit HazardFinder(Host& host) : host_(host) {}

  // In statement `at` of `all` those of its migration.
  std::vector<Hazard> find(std::span<const ScriptStatement> all, std::size_t at);

 private:
  const TableSize& size_of(const std::string& table);
  void assess(const StatementEffect& effect, std::span<const ScriptStatement> all, std::size_t at,
              std::vector<Hazard>& hazards);
  bool is_rewritten(const StatementEffect& effect) const;
  const std::string& known_name(const std::string& table) const;
  const Table* find_table(const std::string& identity);
  std::vector<std::string> columns_left_out(const std::string& identity, const Rebuild& rebuild);
  void assess_drop(const StatementEffect& effect, std::span<const ScriptStatement> all, std::size_t at,
                   std::vector<Hazard>& hazards);
  bool mentions(std::string_view statement, const std::string& table) const;
  bool may_be_written(const StatementEffect& effect) const;
  enum class Use { none, possible, certain };
  // Of a new label of this type, which is a literal of the statement.
  Use use_of_label(std::string_view sql, const std::string& type) const;
  void find_new_labels(std::string_view sql, std::vector<Hazard>& hazards) const;

  Host& host_;
  std::set<std::string> new_tables_;                // keys of their identities
  std::set<std::string> written_tables_;            // likewise; the empty one stands for any
  std::set<std::string> gone_tables_;               // likewise: dropped, or called otherwise
  std::map<std::string, std::string> rebuilt_;      // likewise, to what made the table that has its rows now
  std::map<std::string, std::string> known_names_;  // likewise, to the identity that the catalog has now
  std::map<std::string, TableSize> sizes_;
  std::set<std::string> carriers_;                   // likewise: they take the name of one that is dropped
  std::map<std::string, std::string> column_types_;  // behind the table's key, where this run has given one
  std::multimap<std::string, StatementEffect> unproven_;  // behind the table's key, by the constraint
  std::vector<std::string> altered_;                      // the ALTER statements so far
  std::optional<Schema> schema_;                          // as it is now, when it is asked for
  std::map<std::string, std::string> new_labels_;         // quoted label to the type
};

}  // namespace whimbrel
