// Comparing decimals by value, as text: whether a double says exactly what a number of a document says.
#pragma once

#include <string_view>

namespace whimbrel::sqlite {

// Whether both are the same number: "1.50" and "1.5e0". Each in the grammar of a JSON number (a "+" in the
// exponent allowed); anything else equals nothing.
bool same_decimal(std::string_view left, std::string_view right);

}  // namespace whimbrel::sqlite
