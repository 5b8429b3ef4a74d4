// What would become of a SQLite database in PostgreSQL: its schema, the profile of every table, and the
// translation that both decide. Reads only.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/move/source.h"
#include "common/move/translation.h"
#include "common/transfer/selection.h"

namespace whimbrel::move {

struct MoveOptions {
  TranslationOptions translation;
  SelectionOptions selection;
  bool report_loss = false;  // data is lost with a note instead of an error
};

struct Inspected {
  Inspected() = default;
  Inspected(Inspected&&) = default;
  Inspected& operator=(Inspected&&) = default;

  SourceSchema source;
  Translation translation;
  std::vector<std::uint64_t> rows;                           // of Translation::tables
  std::vector<std::pair<std::size_t, std::string>> orphans;  // table, what is missing
};

// `file` is the SQLite database, `host` the caller's own, which may be the same. `options` get the types of
// `map` as PostgreSQL prints them, and the schema where there is none yet. The result may be moved, not
// copied: its translation points into its source.
Inspected inspect_source(Host& host, Host& file, MoveOptions& options);

}  // namespace whimbrel::move
