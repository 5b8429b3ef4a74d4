// Statements that the target may refuse: a move goes on without them and tells.
#pragma once

#include <optional>
#include <string>

#include "common/circumstances.h"
#include "common/host.h"

namespace whimbrel::move {

// Runs it in a savepoint; why it was refused, nothing where it ran. Throws what is no refusal.
inline std::optional<Error> refusal_of(Host& host, const std::string& sql) {
  host.check_interrupt();
  try {
    in_savepoint(host, [&] { host.execute(sql); });
    return std::nullopt;
  } catch (const Error& error) {
    if (is_of_circumstances(error)) throw;
    return error;
  }
}

}  // namespace whimbrel::move
