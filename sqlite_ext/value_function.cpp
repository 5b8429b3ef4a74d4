#include "sqlite_ext/value_function.h"

#include <array>
#include <cmath>
#include <new>
#include <string>

#include "common/error.h"
#include "sqlite_ext/output.h"
#include "sqlite_ext/read_cell.h"
#include "sqlite_ext/wall.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::size_t kMostParameters = 4;

[[noreturn]] void refuse(const Parameter& parameter, const std::string& wanted) {
  throw Error(code::kInvalidArgument, "parameter \"" + std::string(parameter.name) + "\" must be " + wanted);
}

// A number stands for itself as JSON: a column that declares JSON keeps the document 12 as an integer.
Cell read_value(sqlite3_value* value, const Parameter& parameter, json::Buffer& text) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      return Cell();
    case SQLITE_INTEGER:
      if (parameter.type != SqlType::json) refuse(parameter, "text");
      json::write_integer(text, sqlite3_value_int64(value));
      return Cell::text(text.view());
    case SQLITE_FLOAT:
      if (parameter.type != SqlType::json) refuse(parameter, "text");
      if (!std::isfinite(sqlite3_value_double(value))) refuse(parameter, "JSON, which has no infinity");
      json::write_real(text, sqlite3_value_double(value));
      return Cell::text(text.view());
    case SQLITE_BLOB:
      refuse(parameter, parameter.type == SqlType::json ? "JSON text, not a BLOB" : "text, not a BLOB");
    default:
      const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
      if (data == nullptr) throw std::bad_alloc();
      const Cell cell = Cell::text({data, static_cast<std::size_t>(sqlite3_value_bytes(value))});
      if (parameter.type == SqlType::text && !is_text(cell.view()))
        refuse(parameter, "valid UTF-8 without NUL");
      return cell;
  }
}

void call_value_function(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto& function = *static_cast<const ValueFunction*>(sqlite3_user_data(context));
  if (sqlite3_value_type(values[0]) == SQLITE_NULL) return;
  const Outcome outcome = guarded([&] {
    std::array<json::Buffer, kMostParameters> texts;
    std::array<Cell, kMostParameters> arguments;
    const auto used = static_cast<std::size_t>(count);
    json::Buffer out;
    try {
      for (std::size_t i = 0; i < used; ++i)
        arguments[i] = read_value(values[i], function.parameters[i], texts[i]);
      const bool changed = function.run({arguments.data(), used}, out);
      const int limit = sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1);
      if (out.size() > static_cast<std::size_t>(limit))
        throw Error(code::kUnsupported, "the changed document is larger than a value may be");
      set_result(context, Cell::of(Tag::json, changed ? out.view() : arguments[0].view()), SqlType::json);
    } catch (Error& error) {
      error.at("function " + std::string(function.name) + "()");
      throw;
    }
  });
  report(context, outcome);
}

}  // namespace

int register_value_function(sqlite3* db, const ValueFunction& function) {
  const std::string name(function.name);
  return sqlite3_create_function_v2(
      db, name.c_str(), static_cast<int>(function.parameters.size()),
      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | kResultSubtypeFlag,
      const_cast<ValueFunction*>(&function), call_value_function, nullptr, nullptr, nullptr);
}

}  // namespace whimbrel::sqlite
