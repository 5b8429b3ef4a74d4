// Names of PostgreSQL's types from outside: they become SQL only as the server itself prints them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/host.h"

namespace whimbrel::move {

// As format_type() prints it, with its modifier: "numeric(6, 1)", "timestamp(3) with time zone"; nullopt for
// what is no type there, or none of a column ("record"). `host` is PostgreSQL's.
std::optional<std::string> postgresql_type_name(Host& host, std::string_view type);

}  // namespace whimbrel::move
