// Escapes of lone surrogates (backslash, u, d800): PostgreSQL's json keeps them, RFC 8259 leaves open what
// they mean, and our reader refuses them. This finds them; it does not decode anything else.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::json {

// Whether a string of the JSON text holds the escape of a surrogate without its other half.
bool has_lone_surrogate(std::string_view text);

// The text with each of those escapes made one of U+FFFD, which is as long.
std::string without_lone_surrogates(std::string_view text);

}  // namespace whimbrel::json
