// SQLite's interface for a loadable module, and everything that differs between its versions. No other file
// compares version numbers or includes SQLite's headers.
#pragma once

#include <cstdint>

#include "sqlite3ext.h"

#ifndef WHIMBREL_MODULE_ENTRY
// Defined by SQLITE_EXTENSION_INIT1 in module.cpp.
extern const sqlite3_api_routines* sqlite3_api;
#endif

namespace whimbrel::sqlite {

// pragma_table_list (for telling shadow tables from tables) is as old as this.
inline constexpr int kOldestVersion = 3037000;
inline constexpr const char* kOldestVersionText = "3.37";

#ifdef SQLITE_RESULT_SUBTYPE
inline constexpr int kResultSubtypeFlag = SQLITE_RESULT_SUBTYPE;  // asked for since 3.45
#else
inline constexpr int kResultSubtypeFlag = 0x001000000;  // a library that does not know it ignores it
#endif

#ifndef WHIMBREL_MODULE_ENTRY

// Byte offset in the text last prepared where its error lies; -1 when unknown (always before 3.38).
inline int error_offset([[maybe_unused]] sqlite3* db) {
#if SQLITE_VERSION_NUMBER >= 3038000
  if (sqlite3_libversion_number() >= 3038000) return sqlite3_error_offset(db);
#endif
  return -1;
}

// Whether its next step would prepare it again.
inline bool is_expired([[maybe_unused]] sqlite3_stmt* statement) {
#ifdef SQLITE_CORE
  return false;  // nobody interrupts it there
#else
  // An application may have been built without it.
  return sqlite3_api->expired == nullptr || sqlite3_expired(statement) != 0;
#endif
}

enum class Interrupted : std::uint8_t { no, yes, unknown };

// Whether sqlite3_interrupt() was called; before 3.41 only a step of a statement tells.
inline Interrupted is_interrupted([[maybe_unused]] sqlite3* db) {
#if SQLITE_VERSION_NUMBER >= 3041000
  if (sqlite3_libversion_number() >= 3041000)
    return sqlite3_is_interrupted(db) != 0 ? Interrupted::yes : Interrupted::no;
#endif
  return Interrupted::unknown;
}

#endif

}  // namespace whimbrel::sqlite
