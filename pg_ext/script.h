// Scripts of migrations: splitting them by the server's own grammar, and running their statements.
#pragma once

#include <string_view>
#include <vector>

#include "common/host.h"

namespace whimbrel::pg {

std::vector<Statement> split_script(std::string_view script);
std::int64_t run_script_statement(std::string_view sql);
std::int64_t copy_script_data(std::string_view sql, std::string_view data);

}  // namespace whimbrel::pg
