// The exception wall: the only place that catches what it does not know. SQLite's frames below and above must
// never see an exception, so each function that SQLite calls and that can throw runs its body in guarded().
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

// What went wrong, as SQLite is told; `result` is SQLITE_OK when nothing did.
struct Outcome {
  int result = SQLITE_OK;
  std::string message;  // empty with SQLITE_NOMEM
};

// The end of a scalar function that failed; nothing where it did not.
inline void report(sqlite3_context* context, const Outcome& outcome) {
  if (outcome.result == SQLITE_OK) return;
  if (outcome.result == SQLITE_NOMEM) {
    sqlite3_result_error_nomem(context);
    return;
  }
  sqlite3_result_error(context, outcome.message.data(), static_cast<int>(outcome.message.size()));
  sqlite3_result_error_code(context, outcome.result);
}

template <typename Body>
Outcome guarded(Body&& body) noexcept {
  try {
    try {
      std::forward<Body>(body)();
      return {};
    } catch (const Error& error) {
      return {result_code(error), error_text(error)};
    } catch (const std::bad_alloc&) {
      return {SQLITE_NOMEM, {}};
    } catch (const std::exception& error) {
      return {SQLITE_ERROR, "[" + std::string(code::kInternal) + "] " + error.what()};
    } catch (...) {
      return {SQLITE_ERROR, "[" + std::string(code::kInternal) + "] an unknown exception"};
    }
  } catch (...) {
    return {SQLITE_NOMEM, {}};  // no memory for the message
  }
}

}  // namespace whimbrel::sqlite
