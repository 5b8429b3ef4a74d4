// Which table of the database is the history of which tool: by its columns, since names are shared.
#pragma once

#include <optional>
#include <string>

#include "common/migration/adopt/foreign_history.h"

namespace whimbrel {

struct FoundHistory {
  const ForeignTool* tool = nullptr;
  ForeignTable table;  // of `schema`, which must outlive it
};

// `own_schema` is that of Whimbrel's own tables. Throws kInvalidArgument for a tool that is not known,
// kForeignHistory for none or several.
FoundHistory find_foreign_history(const Schema& schema, std::string_view own_schema,
                                  const std::optional<std::string>& tool,
                                  const std::optional<std::string>& in_schema,
                                  const std::optional<std::string>& named);

}  // namespace whimbrel
