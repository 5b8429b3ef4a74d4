// A DO statement of PostgreSQL.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::sql {

// Of this PL/pgSQL, whatever it quotes: the tag of the dollar quotes is none that stands in it.
std::string do_block(std::string_view body);

}  // namespace whimbrel::sql
