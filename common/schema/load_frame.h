// What stands around the rows when tables are loaded by SQL statements alone, so that rows that are right
// arrive as they are, whoever runs the statements: a plain owner, any client. A host makes it from its
// catalog; the statements are complete, without a semicolon. Nothing here runs them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/schema/model.h"

namespace whimbrel {

struct LoadRequest {
  std::span<const Table* const> tables;  // in the order of the load: parents first
  std::span<const Table* const> cyclic;  // those of them that reference each other in a circle
  // Whether a sequence or a view with rows that no table owns belongs to the load.
  std::function<bool(std::string_view schema, std::string_view name)> takes;
  bool clean = false;  // rows that are there go first
  bool fresh = false;  // the tables and sequences are made in the same transaction as the load
};

struct LoadFrame {
  std::vector<std::string> settings;   // of the session, which the statements below and the rows rely on
  std::vector<std::string> before;     // puts off what rows in this order would meet: triggers, checks
  std::vector<std::string> after;      // gives each of them its own state back
  std::vector<std::string> positions;  // where sequences go on
  std::vector<std::string> finish;     // what follows from the rows: views with rows, statistics
};

// Rows of an extension's table that are the user's.
struct ConfigurationRows {
  std::string schema;
  std::string table;
  std::string condition;  // SQL; "": all rows
};

}  // namespace whimbrel
