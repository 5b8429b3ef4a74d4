// Rows of one plain table as they lie in it, without the executor: what COPY TO does. Checks nothing; see
// scan.h.
#pragma once

#include <memory>
#include <vector>

#include "common/host.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

struct HeapScan {
  Oid relation;
  std::vector<AttrNumber> attributes;    // what the cells are, in order
  std::vector<AttrNumber> output_texts;  // behind them, by the output functions of their types
  std::vector<AttrNumber>
      ordered_by;  // integers; when a row is not above the one before, the reader stops. May be empty
  std::optional<ScanPart> part;  // only these pages
  bool read_only;                // the calling statement's snapshot, else one that sees all done so far
};

std::unique_ptr<TableReader> open_heap(const HeapScan& scan);

}  // namespace whimbrel::pg
