// What stands for COLLATE NOCASE in PostgreSQL: a collation of ICU, which looks at no case of any letter, and
// the type citext.
#pragma once

#include <string_view>

namespace whimbrel::move {

constexpr std::string_view kNocase = "nocase";
constexpr std::string_view kNocaseLocale = "und-u-ks-level2";

inline bool is_citext(std::string_view type) { return type == "citext" || type.ends_with(".citext"); }

}  // namespace whimbrel::move
