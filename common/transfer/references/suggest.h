// References that the data itself shows: values in columns and documents that are ids of another table. Reads
// a sample; proposes, decides nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/selection.h"

namespace whimbrel {

struct SuggestOptions {
  SelectionOptions selection;
  std::int64_t sample = 1000;  // rows of each table
};

struct SuggestedReference {
  std::string table;
  std::string column;
  std::string path;  // empty: the column itself
  std::string target;
  double hit_rate = 0;        // of the values that were looked up
  std::uint64_t sampled = 0;  // values that were seen
};

// By table, column and path. What a foreign key or a rule says already is left out. An integer is an id of
// many tables by chance: it is proposed only where its name is that of the table.
std::vector<SuggestedReference> suggest_references(Host& host, const SuggestOptions& options);

}  // namespace whimbrel
