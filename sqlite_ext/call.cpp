#include "sqlite_ext/call.h"

#include <charconv>
#include <climits>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/json/reader.h"
#include "sqlite_ext/entry_check.h"
#include "sqlite_ext/host.h"
#include "sqlite_ext/read_cell.h"
#include "sqlite_ext/transaction.h"
#include "sqlite_ext/waiting.h"

namespace whimbrel::sqlite {

namespace {

[[noreturn]] void refuse(const Parameter& parameter, const Function& function, const std::string& wanted) {
  throw Error(code::kInvalidArgument, "parameter \"" + std::string(parameter.name) + "\" of " +
                                          std::string(function.name) + "() must be " + wanted);
}

// Text, or a BLOB that holds it (readfile() gives one). A number is a version, a name or a run too:
// migrate_sql(3, 'up'), and clients whose numbers are doubles bind 3 as 3.0.
Cell text_argument(sqlite3_value* value, Arena& arena) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (sqlite3_value_type(value) == SQLITE_FLOAT) {
    const double real = sqlite3_value_double(value);
    if (std::trunc(real) == real && std::fabs(real) <= kExact)
      return Cell::text(arena.copy(std::to_string(static_cast<std::int64_t>(real))));
  }
  const bool blob = sqlite3_value_type(value) == SQLITE_BLOB;
  const void* data = blob ? sqlite3_value_blob(value) : sqlite3_value_text(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  if (data == nullptr && (!blob || size != 0)) throw std::bad_alloc();
  return Cell::text({data == nullptr ? "" : static_cast<const char*>(data), size});
}

Cell decode_argument(sqlite3_value* value, const Parameter& parameter, const Function& function,
                     Arena& arena) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) return Cell();
  switch (parameter.type) {
    case SqlType::json:
      return text_argument(value, arena);  // what it holds is for the JSON reader to judge
    case SqlType::text:
    case SqlType::timestamptz: {
      const Cell text = text_argument(value, arena);
      if (!is_text(text.view())) refuse(parameter, function, "valid UTF-8 without NUL");
      return text;
    }
    case SqlType::bigint:
      if (type != SQLITE_INTEGER) refuse(parameter, function, "an integer");
      return Cell::integer_of(sqlite3_value_int64(value));
    case SqlType::boolean:
      if (type != SQLITE_INTEGER) refuse(parameter, function, "0 or 1");
      return Cell::boolean(sqlite3_value_int64(value) != 0);
    case SqlType::real:
      if (type != SQLITE_INTEGER && type != SQLITE_FLOAT) refuse(parameter, function, "a number");
      return Cell::real_of(sqlite3_value_double(value));
  }
  return Cell();
}

// One cell per parameter, null where `values` ends or holds a null pointer. They borrow from the values.
// Throws kInvalidArgument for what a parameter cannot be.
std::vector<Cell> decode_arguments(const Function& function, std::span<sqlite3_value* const> values,
                                   Arena& arena) {
  std::vector<Cell> arguments(function.parameters.size());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    if (i < values.size() && values[i] != nullptr)
      arguments[i] = decode_argument(values[i], parameter, function, arena);
    else if (!parameter.optional)
      throw Error(code::kInvalidArgument, std::string(function.name) + "() needs its parameter \"" +
                                              std::string(parameter.name) + "\"");
  }
  return arguments;
}

class WriterMark {
 public:
  explicit WriterMark(Connection& connection) : connection_(connection) { ++connection_.writers; }
  ~WriterMark() { --connection_.writers; }
  WriterMark(const WriterMark&) = delete;
  WriterMark& operator=(const WriterMark&) = delete;

 private:
  Connection& connection_;
};

[[noreturn]] void refuse_transaction(const Function& function) {
  const std::string name(function.name);
  throw Error(code::kInvalidCall, name + "() cannot run inside a transaction",
              "It commits after each step, which would end the caller's transaction.",
              "Call it in autocommit mode, after COMMIT or ROLLBACK. migrate_apply() does the same inside of "
              "the caller's transaction.");
}

// How long to wait for the write lock, from the options: it is taken before the function itself reads them.
// Whatever is wrong with the options is for the function to say.
struct LockWait {
  std::optional<std::int64_t> timeout_ms;
  std::int64_t tries = 1;
};

LockWait read_lock_wait(const Function& function, std::span<const Cell> arguments) {
  LockWait wait;
  if (arguments.empty() || function.parameters.back().name != "options" || arguments.back().is_null())
    return wait;
  std::optional<std::int64_t> retries;
  try {
    json::Reader reader(arguments.back().view());
    if (reader.next() != json::Token::begin_object) return wait;
    while (reader.next() == json::Token::key) {
      const std::string name(reader.text());
      if (reader.peek() != json::Token::number) {
        reader.skip_value();
        continue;
      }
      reader.next();
      std::int64_t value = -1;
      const std::string_view text = reader.text();
      const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
      if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value < 0 || value > INT_MAX)
        continue;
      if (name == "lock_timeout_ms") wait.timeout_ms = value;
      if (name == "lock_retries") retries = value;
    }
  } catch (const Error&) {
    return {};
  }
  if (!wait.timeout_ms && !retries) return wait;
  // 0 is no limit, which SQLite would take for no patience.
  if (wait.timeout_ms == 0) wait.timeout_ms = INT_MAX;
  wait.tries = retries.value_or(StatementLimits::kLockRetries) + 1;
  return wait;
}

void run_writer(const Registration& registration, sqlite3_context* context, std::span<const Cell> arguments,
                CallResult& result) {
  Connection& connection = *registration.connection;
  check_writer_entry(connection, *registration.function);
  const WriterMark mark(connection);
  const bool nested = sqlite3_get_autocommit(connection.db) == 0;
  if (nested && registration.function->effect == Effect::commits) refuse_transaction(*registration.function);
  const LockWait wait = read_lock_wait(*registration.function, arguments);
  const BusyTimeout patience(connection.db, wait.timeout_ms);
  try {
    WriteScope scope(connection.db, wait.tries, context);
    {
      // Its statements are finished before the transaction ends.
      SqliteHost host(connection.db, &scope);
      Call call{host, arguments, result};
      registration.function->run(call);
    }
    result.finish();
    scope.finish();
  } catch (Error& error) {
    if (nested && sqlite3_get_autocommit(connection.db) != 0) {
      if (!error.detail.empty()) error.detail += ' ';
      error.detail += "The caller's transaction was rolled back with it and is no longer open.";
    }
    throw;
  }
}

}  // namespace

void run_function(const Registration& registration, sqlite3_context* scalar,
                  std::span<sqlite3_value* const> values, CallResult& result) {
  const Function& function = *registration.function;
  Arena arena;
  const std::vector<Cell> arguments = decode_arguments(function, values, arena);
  if (function.effect == Effect::writes || function.effect == Effect::commits ||
      (function.effect == Effect::either && scalar != nullptr)) {
    run_writer(registration, scalar, arguments, result);
    return;
  }
  sqlite3* db = registration.connection->db;
  const ReadScope snapshot(db);
  SqliteHost host(db, nullptr);
  Call call{host, arguments, result};
  function.run(call);
  result.finish();
}

}  // namespace whimbrel::sqlite
