// The checksum of migrations: SHA-256 as 64 lower-case hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

std::string sha256_hex(std::string_view bytes);

}  // namespace whimbrel
