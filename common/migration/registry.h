// Migrations that live in the database: registering one, and the texts that are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/host.h"

namespace whimbrel {

struct Registration {
  std::string version;
  std::string description;  // empty: from the text's header, if it has one
  std::string up;           // SQL, or a whole file with markers
  std::optional<std::string> down;
};

// Adds it to migration_sources after the checks that apply makes before it runs anything. The same
// registration twice is no error; another one of the same version is kDuplicateVersion.
void register_migration(Host& host, const Registration& registration);

enum class Direction : std::uint8_t { up, down };

// The text as it was applied, else as it is registered; nullopt when there is none. Throws kUnknownVersion.
std::optional<std::string> stored_sql(Host& host, const std::string& version, Direction direction);

}  // namespace whimbrel
