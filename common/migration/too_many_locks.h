// One transaction with many migrations, for whose locks the server has no room.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/error.h"

namespace whimbrel {

enum class OneTransaction : std::uint8_t { applies, tries, undoes };

// Adds to the hint of such an error what needs fewer locks. `others`: migrations that ran in the transaction
// before the one that failed; without any there is no such way. Does nothing to another error.
void explain_too_many_locks(Error& error, OneTransaction transaction, std::size_t others);

}  // namespace whimbrel
