// Back to the beginning: every migration undone, or everything dropped that migrations may have made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"

namespace whimbrel {

enum class ResetMode : std::uint8_t {
  down,  // all down parts, in the reverse order of application
  drop,  // every object of the schemas, whoever made it; nothing of an extension, nothing of ours
};

struct ResetOptions {
  ResetMode mode = ResetMode::down;
  std::vector<std::string> schemas;    // of drop; empty: the default schema
  std::optional<std::string> confirm;  // the database's name; not needed for a dry run
  bool dry_run = false;
};

// All or nothing. The log stays, as do registered migrations. The rows of drop are the migrations that the
// history forgets (`reset`), then the objects (`dropped`, without a version). Throws kNotConfirmed, what
// rollback_migrations() throws, and what the server says.
std::vector<Outcome> reset_migrations(Host& host, const ResetOptions& options);

}  // namespace whimbrel
