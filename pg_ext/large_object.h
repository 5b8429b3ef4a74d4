// Large objects as the core sees them, by the C functions behind lo_create(), lo_get() and lo_put(): they
// check the caller's rights. Not over SPI: a document is also read in the middle of an insert.
#pragma once

#include <memory>

#include "common/host.h"

namespace whimbrel::pg {

std::int64_t create_large_object();
// One that is not there, or that the caller may not read or write, is an error of the first use.
std::unique_ptr<LargeObject> open_large_object(std::int64_t oid);

}  // namespace whimbrel::pg
