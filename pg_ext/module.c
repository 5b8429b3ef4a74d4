/* The magic block that makes this library a module of the server. In C, since its macro is not C++ in each
 * version. */
// clang-format off: postgres.h comes first, always
#include "postgres.h"
// clang-format on
#include "fmgr.h"

PG_MODULE_MAGIC;
