// Finds the rows of a document that are not written, so that no reference leads to one of them: those whose
// own references lead nowhere, before the first row is written, where the order of the tables would not tell
// in time; and those that the database kept back, after their table was written.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/transfer/references/document_references.h"
#include "common/transfer/references/key_maps.h"
#include "common/transfer/references/left_out.h"
#include "common/transfer/references/remapping_options.h"

namespace whimbrel {

class LeftOutSearch {
 public:
  // One table's references.
  struct Part {
    const TableKeys* keys;
    std::vector<DocumentReferences>* documents;
  };
  // All must outlive it; `parts` in the order in which the tables are written.
  LeftOutSearch(Host& host, KeyMaps& maps, const RemappingOptions& options, std::vector<Part> parts);

  // After KeyMaps::prepare().
  void plan();
  void find_unwritten(const Table& table);
  // After the last row: throws for all references that were written before it was known that their row is
  // not.
  void require_written();

 private:
  using Named =
      std::function<void(const Target& target, const Cell* from, std::size_t column, std::string_view path)>;

  bool is_early(const Part& part, const Target& target) const;
  bool has_early(const Part& part) const;
  void read(const Part& part, const KeyMaps::Visit& visit);
  void each_reference(const Part& part, const LeftOutRows::Row& row, Arena& arena, const Named& visit);
  bool leads_nowhere(const Target& target, const Cell* from, Arena& arena);
  void read_named(const std::function<void(const Part&, const LeftOutRows::Row&, Arena&)>& visit);
  bool plan_alone();
  void plan_with_others();
  void mark_unwritten(LeftOutKeys& named, const RowBatch& keys, const RowBatch& old);

  Host& host_;
  KeyMaps& maps_;
  const RemappingOptions& options_;
  std::vector<Part> parts_;
};

}  // namespace whimbrel
