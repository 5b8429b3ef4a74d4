// A SQLite file into PostgreSQL, in the caller's transaction: what would become of everything in it, or the
// move itself, with a digest of each table on both sides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/move/inspect.h"

namespace whimbrel::move {

struct MovedTable {
  std::string name;  // empty: the note is about something beside tables
  std::uint64_t rows = 0;
  bool digest_matches = false;
  std::string note;
};

// Reads the file only. Throws kSqliteFile for one that cannot be read.
std::vector<Finding> inspect_sqlite(Host& host, const std::string& path, const MoveOptions& options);

// All of it or nothing. Throws kLoss, before anything is written, where data would not be the same.
std::vector<MovedTable> import_sqlite(Host& host, const std::string& path, const MoveOptions& options);

}  // namespace whimbrel::move
