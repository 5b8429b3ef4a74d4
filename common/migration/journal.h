// The journal of migrations whose statements run one by one: which of them are done, which one was begun. A
// version has rows here from its first statement until it is recorded in schema_migrations; whoever comes
// later goes on where it stopped. Written under the lock of Host::lock_migrations(). Nothing here decides
// anything.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/host.h"

namespace whimbrel {

namespace journal {
inline constexpr std::string_view kIntent = "intent";  // committed before a statement outside a transaction
inline constexpr std::string_view kDone = "done";
inline constexpr std::string_view kFailed = "failed";
}  // namespace journal

struct JournalEntry {
  std::int64_t ordinal = 0;  // of the statement in the migration, from 1; behind the last: what verifies it
  std::string state;
  std::string statement_hash;
  std::int64_t attempts = 1;
  std::int64_t rows_affected = 0;
  std::string error;  // empty: none
  std::string sql;    // filled by read()
};

using JournalOfVersion = std::map<std::int64_t, JournalEntry>;  // by ordinal

class Journal {
 public:
  explicit Journal(Host& host);

  JournalOfVersion read(const std::string& version) const;
  // In place of the row that was there.
  void write(const std::string& version, const JournalEntry& entry, std::string_view sql);
  void erase(const std::string& version);

 private:
  Host& host_;
  std::string table_;
};

// A migration that stopped half way.
struct Incomplete {
  std::string note;      // a sentence that says where and why
  bool touched = false;  // a statement has done its work, or may have
};

// By version. Empty without own tables.
std::map<std::string, Incomplete> read_incomplete(Host& host);

}  // namespace whimbrel
