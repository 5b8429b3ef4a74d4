// The SQL functions about the migrations and the texts that the database keeps. Each reads its arguments,
// calls the core, gives rows back; nothing is decided here.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "common/migration/function_arguments.h"
#include "common/migration/functions.h"
#include "common/migration/registry.h"

namespace whimbrel {

namespace {

// --- migrate_add, migrate_sql

constexpr Parameter kAddParameters[] = {{"version", SqlType::text, false},
                                        {"description", SqlType::text, false},
                                        {"up", SqlType::text, false},
                                        {"down", SqlType::text, true},
                                        kOptions};
constexpr ResultColumn kAddColumns[] = {{"migrate_add", SqlType::text}};

void run_add(Call& call) {
  const Options given(call.arguments[4], {});
  Registration registration;
  registration.version = required_argument(call, 0, "version");
  registration.description = text_argument(call, 1).value_or("");
  registration.up = required_argument(call, 2, "up");
  registration.down = text_argument(call, 3);
  register_migration(call.host, registration);
  const Cell row[] = {Cell::text(registration.version)};
  call.rows.emit(row);
}

constexpr Parameter kSqlParameters[] = {
    {"version", SqlType::text, false}, {"direction", SqlType::text, true}, kOptions};
constexpr ResultColumn kSqlColumns[] = {{"migrate_sql", SqlType::text}};

void run_sql(Call& call) {
  read_options(call, 2, {});
  const std::string version = required_argument(call, 0, "version");
  const std::string direction = text_argument(call, 1).value_or("up");
  if (direction != "up" && direction != "down") {
    throw Error(code::kInvalidArgument, "direction must be \"up\" or \"down\", not \"" + direction + "\"");
  }
  const auto sql = stored_sql(call.host, version, direction == "up" ? Direction::up : Direction::down);
  const Cell row[] = {text_or_null(sql)};
  call.rows.emit(row);
}

}  // namespace

std::span<const Function> migration_registry_functions() {
  static constexpr std::array kFunctions = {
      Function{"migrate_add", kAddParameters, kAddColumns, Effect::writes, run_add},
      Function{"migrate_sql", kSqlParameters, kSqlColumns, Effect::reads, run_sql},
  };
  return kFunctions;
}

}  // namespace whimbrel
