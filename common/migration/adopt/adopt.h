// Taking over the history of another tool: what its table says is applied becomes our history, with the texts
// of the files where they are given. Their table stays as it is, except that in SQLite one with our name is
// renamed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/cell_copy.h"
#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/variables.h"

namespace whimbrel {

struct AdoptOptions {
  std::optional<std::string> tool;    // none: found by the columns of its table
  std::optional<std::string> table;   // none: any of them
  std::optional<std::string> schema;  // none: in any of them
  std::optional<std::string> source;  // the tool's files: a directory or a JSON array
  std::optional<std::string> form;    // of the files; none: the tool's own
  std::optional<Variables> variables;
  bool dry_run = false;
};

// A row of migrate_adopt.
struct Adoption {
  std::string version;
  std::string description;
  KeptCell applied_at;  // as our history has it now
  std::string tool;
  std::string status;  // adopted, would_adopt, already
  std::string note;
};

// All or nothing, in the order of application. Throws kForeignHistory where there is no such history,
// several, or one that stopped half way; kChangedMigration for a file whose text is not the one that the tool
// applied; what read_source() says.
std::vector<Adoption> adopt_history(Host& host, const AdoptOptions& options);

}  // namespace whimbrel
