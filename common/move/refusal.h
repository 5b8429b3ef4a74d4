// Statements that the target may refuse: a move goes on without them and tells.
#pragma once

#include <optional>
#include <string>

#include "common/error.h"
#include "common/host.h"

namespace whimbrel::move {

// Runs it in a savepoint; why it was refused, nothing where it ran. Throws what ends the call.
inline std::optional<Error> refusal_of(Host& host, const std::string& sql) {
  host.check_interrupt();
  try {
    in_savepoint(host, [&] { host.execute(sql); });
    return std::nullopt;
  } catch (const Error& error) {
    if (ends_call(error)) throw;
    return error;
  }
}

}  // namespace whimbrel::move
