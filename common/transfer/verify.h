// Whether the live tables hold what a document says: counts and digests compared, nothing written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/selection.h"

namespace whimbrel {

struct VerifiedTable {
  std::string name;
  std::uint64_t expected_rows = 0;
  std::optional<std::uint64_t> actual_rows;  // none when there is no such table
  bool matches = false;
  std::string detail;  // what differs, or which columns were left aside
};

// In the order of the document. A damaged document is an error; a table or column that is missing here is a
// difference. `where`: conditions on the live rows, by table, as the document was exported with.
std::vector<VerifiedTable> verify_document(Host& host, const DocumentInput& input,
                                           const SelectionOptions& selection,
                                           const std::map<std::string, std::string>& where);

}  // namespace whimbrel
