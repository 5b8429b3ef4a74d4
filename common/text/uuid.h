// UUIDs: 16 bytes in network order and their canonical lower-case text (RFC 9562).
#pragma once

#include <cstddef>
#include <string_view>

namespace whimbrel {

inline constexpr std::size_t kUuidText = 36;

// Writes kUuidText characters, returns the end.
char* format_uuid(char* at, const char* bytes16);
// Reads the canonical form (either case); false otherwise.
bool parse_uuid(std::string_view text, char* bytes16);

}  // namespace whimbrel
