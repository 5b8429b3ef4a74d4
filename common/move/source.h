// The schema of a SQLite database as a move sees it: the tables of the model, each with its own CREATE
// statement taken apart, and everything beside tables. Reads no rows of the user's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/schema/sqlite/create.h"

namespace whimbrel::move {

struct SourceIndex {
  std::string name;
  std::string sql;
  sqlite::CreateStatement statement;
};

struct SourceTable {
  Table table;
  std::string sql;
  sqlite::CreateStatement statement;     // its table() is never null
  std::vector<SourceIndex> indexes;      // those with a statement of their own
  std::optional<std::int64_t> sequence;  // of sqlite_sequence: the highest number ever given
};

// A view, a trigger, or a virtual table.
struct SourceObject {
  std::string kind;  // "view", "trigger", "virtual table"
  std::string name;
  std::string table;  // of a trigger
  std::string sql;
};

struct SourceSchema {
  std::vector<SourceTable> tables;    // by name
  std::vector<SourceObject> others;   // views in the order in which they were made, then the rest by name
  std::vector<std::string> left_out;  // Whimbrel's own tables
};

SourceSchema read_source(Host& file);

}  // namespace whimbrel::move
