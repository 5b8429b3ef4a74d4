/* The magic block that makes this library a module of the server. In C, since its macro is not C++ in each
 * version. */
#include "fmgr.h"
#include "postgres.h"

PG_MODULE_MAGIC;
