// The wall between the core and the engines. Every source file of common/ is compiled with this header in
// front of it (-include, in Makefile and CMakeLists.txt): from then on the include guards of the engines'
// headers are poisoned words, so a file of the core that reaches one of them, however indirectly, does not
// compile. The hosts do not have it; they stand on both sides.
#pragma once

#pragma GCC poison POSTGRES_H POSTGRES_FE_H PG_VERSION_NUM FMGR_H SPI_H LIBPQ_FE_H
#pragma GCC poison SQLITE3_H SQLITE3EXT_H SQLITE_VERSION_NUMBER
