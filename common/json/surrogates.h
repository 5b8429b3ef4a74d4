// Escapes of lone surrogates (backslash, u, d800): PostgreSQL's json keeps them, RFC 8259 leaves open what
// they mean, and our reader refuses them; its jsonb refuses them too, and the escape of NUL (backslash, u,
// 0000). This finds both; it does not decode anything else.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::json {

// Whether a string of the JSON text holds the escape of a surrogate without its other half.
bool has_lone_surrogate(std::string_view text);

// The text with each of those escapes made one of U+FFFD, which is as long.
std::string without_lone_surrogates(std::string_view text);

// Where the first escape of NUL or of a lone surrogate stands in the JSON text; npos: there is none.
std::size_t find_unfit_escape(std::string_view text);
// The text with `instead` for each of those escapes.
std::string without_unfit_escapes(std::string_view text, std::string_view instead);

}  // namespace whimbrel::json
