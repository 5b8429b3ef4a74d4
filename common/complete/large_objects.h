// Large objects of PostgreSQL as SQL: each is made under its own number, since columns hold these numbers,
// and filled piece by piece, in constant memory. Owners and privileges are not written: who applies the
// statements owns them.
#pragma once

#include <cstdint>

#include "common/complete/data_writer.h"
#include "common/host.h"

namespace whimbrel {

// All of the database that the caller may read, by number; how many. `clean`: one that is there goes first.
// Throws kUnsupported where the engine has none.
std::uint64_t write_large_objects(Host& host, bool clean, DataSink& sink);

// How many the database has, but for those that this transaction made; 0 where the engine has none.
std::uint64_t count_large_objects(Host& host);

}  // namespace whimbrel
