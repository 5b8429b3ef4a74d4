// The two guards between C++ and PostgreSQL, whose errors are longjmp and must never cross a C++ frame that
// owns something. Nothing else in pg_ext/ catches an error of the server, and only code inside pg_call raises
// one.
//
// Inwards: pg_call(lambda) runs C code of the server; its error comes out as a C++ Error that carries
// everything the server said. The lambda must own nothing (captures by reference, plain values) and may not
// call back into code that does. Outwards: entry_wall() for SQL functions and Callback for functions that
// PostgreSQL calls in the middle of its own work (a COPY data source, a DestReceiver): they catch everything,
// leave the catch block, then raise.
//
// After an error the transaction, or the savepoint around it, has to be rolled back: nobody may go on
// without.
#pragma once

#include "common/error.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// What pg_call throws. `position` is set when the server points into the client's own query; when it points
// into a query that runs inside, it stands here, since only the caller knows whether that query is his.
struct ServerError : Error {
  using Error::Error;
  std::string internal_query;
  std::int64_t internal_position = 0;  // 1-based, characters; 0: none
};

// An error of the server as ours, complete.
ServerError error_of(const ErrorData& data);

// The untyped core of pg_call: body(argument) under sigsetjmp. Restores memory context, resource owner, error
// context and exception stack, whichever way it ends.
void guarded_call(void (*body)(void*), void* argument);

template <typename Body>
auto pg_call(Body&& body) -> std::invoke_result_t<Body&> {
  using Plain = std::remove_reference_t<Body>;
  using Result = std::invoke_result_t<Body&>;
  if constexpr (std::is_void_v<Result>) {
    guarded_call([](void* at) { (*static_cast<Plain*>(at))(); }, &body);
  } else {
    static_assert(std::is_trivially_copyable_v<Result>, "a result that owns something would leak on longjmp");
    struct Frame {
      Plain* body;
      Result result;
    } frame{&body, Result{}};
    guarded_call(
        [](void* at) {
          Frame* inner = static_cast<Frame*>(at);
          inner->result = (*inner->body)();
        },
        &frame);
    return frame.result;
  }
}

// Keeps a C++ exception while PostgreSQL's own error carries control over the server's frames.
class Callback {
 public:
  // For a function that PostgreSQL calls: runs body(), and raises a PostgreSQL error when it throws.
  template <typename Body>
  auto run(Body&& body) -> std::invoke_result_t<Body&> {
    try {
      return body();
    } catch (...) {
      failure_ = std::current_exception();
    }
    raise_marker();
  }

  // pg_call around the server's function that calls back: throws what the callback threw.
  template <typename Body>
  auto call(Body&& body) -> std::invoke_result_t<Body&> {
    failure_ = nullptr;
    try {
      return pg_call(body);
    } catch (const Error&) {
      if (failure_ == nullptr) throw;
    }
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  [[noreturn]] static void raise_marker();

  std::exception_ptr failure_;
};

// An exception as plain memory of PostgreSQL, so that it can be raised when no C++ object is left.
struct PlainError;
// Of the exception in flight; only inside a catch block. Never fails.
const PlainError* keep_current_exception(MemoryContext memory) noexcept;
[[noreturn]] void raise(const PlainError* error);

// The outermost frame of an SQL function.
template <typename Body>
Datum entry_wall(Body&& body) {
  const MemoryContext memory = CurrentMemoryContext;
  const PlainError* error = nullptr;
  try {
    return body();
  } catch (...) {
    error = keep_current_exception(memory);
  }
  raise(error);
}

}  // namespace whimbrel::pg
