// Rows as they are written, and what they replace: what an import and a rollback do, and what a run records.
// A secret may be written, and is never recorded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/schema/model.h"
#include "common/transfer/secret_parts.h"
#include "common/value.h"

namespace whimbrel {

enum class ChangeAction : std::uint8_t { insert, update, remove };

struct GivenSecret {
  std::size_t row = 0;
  std::size_t column = 0;
  std::string path;  // empty: the column as a whole
  std::string value;
};

// Rows of one table with which the same is done.
struct ChangeSet {
  const Table* table = nullptr;
  ChangeAction action = ChangeAction::insert;
  std::vector<std::size_t> key;      // columns
  std::vector<std::size_t> columns;  // columns of `before` and `after`
  std::size_t rows = 0;
  std::vector<Cell> keys;
  std::vector<Cell> before;             // of rows that were there; absent: not touched
  std::vector<Cell> after;              // of rows that are there then; absent: not touched, or the default
  std::vector<std::uint64_t> left;      // of many new rows, a hash of `after`: a run keeps no more of them
  std::vector<DocumentSecrets> inside;  // of columns: what neither side has; it stays in rows that are there
  std::vector<GivenSecret> given;       // what goes to the table besides, in the order of their rows
  std::vector<std::string> taken;       // of a run that was recorded: the names of what was given
  std::vector<bool> checked;            // by column: whether it must be so afterwards
  bool drawn = false;                   // new rows have their numbers from the table's own sequences

  const Cell* key_of(std::size_t row) const { return keys.data() + row * key.size(); }
  const Cell* before_of(std::size_t row) const { return before.data() + row * columns.size(); }
  const Cell* after_of(std::size_t row) const { return after.data() + row * columns.size(); }
};

// Rows of a set's columns as the table has them, without what is secret inside their documents.
class WithoutSecrets {
 public:
  explicit WithoutSecrets(const ChangeSet& set);
  // Valid until the next call, and as long as `arena` keeps.
  const Cell* of(const Cell* row, Arena& arena);

 private:
  std::size_t width_;
  std::map<std::size_t, SecretParts> parts_;  // by place
  std::vector<Cell> row_;
};

struct ChangeCounts {
  std::uint64_t inserted = 0, updated = 0, deleted = 0;
};

// Does it: rows that go first, in the order of the sets; then the others, parents first. Everything is looked
// at afterwards; throws kNotReachable when rows are not as they should be. `related`: in which the tables
// are, for foreign keys. What is counted is by table. Sets of many new rows get their `left`.
std::map<const Table*, ChangeCounts> apply_changes(Host& host, const Schema& schema,
                                                   std::vector<ChangeSet>& sets);

// [{"table":"agents","action":"update","key":["id"],"secrets":{"settings":["$.token"]},"taken":["api_key"],
//   "rows":[{"key":[1],"before":{…},"after":{…}}]},
//  {"table":"agents","action":"insert",…,"columns":["id","name"],"rows":[[2,"<hash>"]]}]
std::string changes_text(const Host& host, const std::vector<ChangeSet>& sets);
// Throws kInvalidBundle when a table or column is no longer there.
std::vector<ChangeSet> read_changes(const Host& host, const Schema& schema, std::string_view text,
                                    Arena& arena);
// What undoes them. Of rows that were new then, what goes with them is not known: `before` is empty.
std::vector<ChangeSet> inverse(std::vector<ChangeSet> sets);

}  // namespace whimbrel
