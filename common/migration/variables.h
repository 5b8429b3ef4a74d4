// ${name} in the texts of migrations, replaced only where the option `vars` is given.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

using Variables = std::map<std::string, std::string>;

// The text with each ${name} replaced, also inside of strings and comments; $${ stays ${. Names are letters,
// digits, _, . and -; anything else between the braces stays as it is. Throws kUnknownVariable with the line.
// `subject` opens the message.
std::string replace_variables(std::string_view subject, std::string_view text, const Variables& variables);

}  // namespace whimbrel
