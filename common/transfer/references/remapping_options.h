// What an import is asked to do with ids and references.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace whimbrel {

enum class MissingReferences : std::uint8_t {
  error,
  null,  // the reference becomes null
  skip,  // the row is left out
  keep,  // it stays as it is: only where ids do
};

struct RemappingOptions {
  bool preserve_ids = true;
  std::string origin;  // of the rows: remembered, and found again; empty: none
  MissingReferences missing = MissingReferences::error;
  bool strict = false;  // an old id that is left anywhere is an error
  bool dry_run = false;
  bool collects = false;                         // bad rows are left out and told: on_error
  bool leaves_out = false;                       // rows that are bad, or that clash
  std::map<std::string, std::string> templates;  // "table.column" -> a text with {} for the value
};

// What became of one table.
struct RemappedCounts {
  std::uint64_t ids = 0;         // rows that got another key
  std::uint64_t references = 0;  // values, in columns and in documents, that followed one
  std::uint64_t skipped = 0;     // rows left out
};

}  // namespace whimbrel
