// What single values of SQLite become in columns of PostgreSQL, for who moves a file and for who reads a
// document.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whimbrel::move {

// t, true, yes, 1 and f, false, no, 0, in any case.
bool reads_as_boolean(std::string_view text, bool& value);

// Bytes as \x and hexadecimal digits.
std::string hex_text(std::string_view bytes);

enum class EpochUnit : std::uint8_t { seconds, milliseconds, microseconds };

// In which unit the number is plausible as a time since 1970: each has its own range.
std::optional<EpochUnit> epoch_unit(std::int64_t value);

// Such a time in microseconds since 2000-01-01.
std::optional<std::int64_t> epoch_moment(std::int64_t value);

}  // namespace whimbrel::move
