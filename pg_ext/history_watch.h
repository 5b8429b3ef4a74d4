// The tables of a history are not a migration's to take away: DROP SCHEMA ... CASCADE drops them with the
// extension, without a word of them. Plain memory: the process that runs a statement outside of a transaction
// has a copy.
#pragma once

#include <array>
#include <string>
#include <type_traits>

#include "common/own_table_names.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

class HistoryWatch {
 public:
  // From here on, in the schema of this name. Of the extension's (`made_by_extension`) another hint is given.
  void begin(Oid schema, const std::string& name, bool made_by_extension);
  // Throws kUnsupported where one of those that were there is gone, has another name, or another table its
  // name. Does nothing before begin().
  void require() const;

 private:
  using Tables = std::array<Oid, kHistoryTables.size()>;
  Tables look() const;

  Oid schema_ = InvalidOid;
  NameData name_{};
  bool made_by_extension_ = false;
  Tables tables_{};
};
static_assert(std::is_trivially_copyable_v<HistoryWatch>);

}  // namespace whimbrel::pg
