// Work on a SQLite file whose errors say which file they are about.
#pragma once

#include <string>
#include <utility>

#include "common/error.h"
#include "common/host.h"

namespace whimbrel::move {

// What body() returns. An error of SQLite becomes kSqliteFile; one that a cancel of the caller has made is
// the caller's.
template <typename Body>
auto on_sqlite_file(Host& caller, const std::string& path, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    if (!error.code.starts_with('S')) throw;
    caller.check_interrupt();
    error.code = code::kSqliteFile;
    error.message = "SQLite file \"" + path + "\": " + error.message;
    throw;
  }
}

}  // namespace whimbrel::move
