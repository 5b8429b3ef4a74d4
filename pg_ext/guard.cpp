#include "pg_ext/guard.h"

#include <csetjmp>

#include "pg_ext/row_security.h"

namespace whimbrel::pg {

namespace {

std::string or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

// Turns the server's current error into ours and clears it there.
ServerError take_error() {
  ErrorData* data = CopyErrorData();
  FlushErrorState();
  ServerError error = error_of(*data);
  explain_row_security(*data, error);
  FreeErrorData(data);
  return error;
}

}  // namespace

ServerError error_of(const ErrorData& data) {
  ServerError error(unpack_sql_state(data.sqlerrcode), or_empty(data.message), or_empty(data.detail),
                    or_empty(data.hint));
  error.where = or_empty(data.context);
  error.internal_query = or_empty(data.internalquery);
  error.internal_position = data.internalpos;
  if (data.cursorpos > 0) error.position = data.cursorpos;
  error.schema_name = or_empty(data.schema_name);
  error.table_name = or_empty(data.table_name);
  error.column_name = or_empty(data.column_name);
  error.datatype_name = or_empty(data.datatype_name);
  error.constraint_name = or_empty(data.constraint_name);
  return error;
}

void guarded_call(void (*body)(void*), void* argument) {
  sigjmp_buf* const exception_stack = PG_exception_stack;
  ErrorContextCallback* const context_stack = error_context_stack;
  const MemoryContext memory = CurrentMemoryContext;
  const ResourceOwner owner = CurrentResourceOwner;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) == 0) {
    PG_exception_stack = &here;
    // The outer callbacks add their lines when the error is raised again at the entry: not twice.
    error_context_stack = nullptr;
    try {
      body(argument);
    } catch (...) {  // thrown by the body itself, with no frame of the server in between
      PG_exception_stack = exception_stack;
      error_context_stack = context_stack;
      MemoryContextSwitchTo(memory);
      CurrentResourceOwner = owner;
      throw;
    }
    PG_exception_stack = exception_stack;
    error_context_stack = context_stack;
    return;
  }
  PG_exception_stack = exception_stack;
  error_context_stack = context_stack;
  MemoryContextSwitchTo(memory);
  CurrentResourceOwner = owner;
  throw take_error();
}

void Callback::raise_marker() {
  ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("callback failed")));
  pg_unreachable();
}

struct PlainError {
  int sqlstate = ERRCODE_OUT_OF_MEMORY;
  const char* message = "out of memory";
  const char* detail = nullptr;
  const char* hint = nullptr;
  const char* where = nullptr;
  const char* schema_name = nullptr;
  const char* table_name = nullptr;
  const char* column_name = nullptr;
  const char* datatype_name = nullptr;
  const char* constraint_name = nullptr;
};

namespace {

constexpr PlainError kOutOfMemory;

int sqlstate_of(std::string_view code) {
  if (code.size() != 5) return ERRCODE_INTERNAL_ERROR;
  return MAKE_SQLSTATE(code[0], code[1], code[2], code[3], code[4]);
}

// nullptr for an empty text, and when there is no memory for it.
const char* keep(MemoryContext memory, std::string_view text) {
  if (text.empty()) return nullptr;
  char* copy = static_cast<char*>(
      MemoryContextAllocExtended(memory, text.size() + 1, MCXT_ALLOC_NO_OOM | MCXT_ALLOC_HUGE));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

const PlainError* keep_error(MemoryContext memory, const Error& error) {
  void* place = MemoryContextAllocExtended(memory, sizeof(PlainError), MCXT_ALLOC_NO_OOM);
  if (place == nullptr) return &kOutOfMemory;
  PlainError* plain = std::construct_at(static_cast<PlainError*>(place));
  plain->sqlstate = sqlstate_of(error.code);
  plain->message = keep(memory, error.message);
  plain->detail = keep(memory, error.detail);
  plain->hint = keep(memory, error.hint);
  plain->where = keep(memory, error.where);
  plain->schema_name = keep(memory, error.schema_name);
  plain->table_name = keep(memory, error.table_name);
  plain->column_name = keep(memory, error.column_name);
  plain->datatype_name = keep(memory, error.datatype_name);
  plain->constraint_name = keep(memory, error.constraint_name);
  return plain;
}

}  // namespace

const PlainError* keep_current_exception(MemoryContext memory) noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return keep_error(memory, error);
  } catch (const std::bad_alloc&) {
    return &kOutOfMemory;
  } catch (const std::exception& error) {
    return keep_error(memory, Error(code::kInternal, error.what(), {}, "Please report this as a bug."));
  } catch (...) {
    return keep_error(memory,
                      Error(code::kInternal, "unknown exception", {}, "Please report this as a bug."));
  }
}

void raise(const PlainError* error) {
  const auto name = [](int field, const char* value) { return value ? err_generic_string(field, value) : 0; };
  ereport(
      ERROR,
      (errcode(error->sqlstate), errmsg_internal("%s", error->message ? error->message : "unknown error"),
       error->detail ? errdetail_internal("%s", error->detail) : 0,
       error->hint ? errhint("%s", error->hint) : 0, error->where ? errcontext_msg("%s", error->where) : 0,
       name(PG_DIAG_SCHEMA_NAME, error->schema_name), name(PG_DIAG_TABLE_NAME, error->table_name),
       name(PG_DIAG_COLUMN_NAME, error->column_name), name(PG_DIAG_DATATYPE_NAME, error->datatype_name),
       name(PG_DIAG_CONSTRAINT_NAME, error->constraint_name)));
  pg_unreachable();
}

}  // namespace whimbrel::pg
