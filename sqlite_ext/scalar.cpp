#include "sqlite_ext/scalar.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "common/error.h"
#include "sqlite_ext/call.h"
#include "sqlite_ext/output.h"
#include "sqlite_ext/statement.h"
#include "sqlite_ext/wall.h"

namespace whimbrel::sqlite {

namespace {

// Of UTF-8 in UTF-16: four bytes for what has four, else two for each character.
std::size_t utf16_size(std::string_view text) {
  std::size_t size = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) size += byte >= 0xf0 ? 4 : 2;
  }
  return size;
}

// As SQLite measures it: in the encoding of the database. Half of the limit is small enough in any.
std::size_t value_size(sqlite3* db, std::string_view text, std::size_t limit) {
  if (text.size() <= limit / 2 || text.size() > limit) return text.size();
  Prepared encoding(db, "PRAGMA encoding");
  return encoding.step() && encoding.text(0) != "UTF-8" ? utf16_size(text) : text.size();
}

// What a call that cannot give its result has done, and what to do instead.
struct Unsaid {
  const char* done;
  const char* instead;
};

Unsaid unsaid(Effect effect) {
  switch (effect) {
    case Effect::reads:
      return {"", "A function that writes to a file or gives rows has no such limit."};
    case Effect::commits:
      return {
          " What the call did is committed (a dry run does nothing).",
          "migrate_status() and migrate_history() tell what was done. The option \"steps\" does less in one "
          "call."};
    default:
      return {" Nothing was changed.",
              "Do less in one call (migrations: the option \"steps\"), or raise the limit: sqlite3_limit(), "
              ".limit length in the shell."};
  }
}

// Such a result could not be given to anybody, and SQLite's own message does not say what to do.
void check_size(sqlite3_context* context, const Function& function, std::string_view text) {
  sqlite3* const db = sqlite3_context_db_handle(context);
  const auto limit = static_cast<std::size_t>(sqlite3_limit(db, SQLITE_LIMIT_LENGTH, -1));
  const std::size_t size = value_size(db, text, limit);
  if (size <= limit) return;
  const Unsaid said = unsaid(function.effect);
  throw Error(code::kUnsupported,
              "the result of " + std::string(function.name) + "() has " + std::to_string(size) +
                  " bytes, more than one value may have",
              "The limit of this connection is " + std::to_string(limit) + " bytes." + said.done,
              said.instead);
}

// The one value of a scalar function.
class ScalarResult : public CallResult {
 public:
  ScalarResult(sqlite3_context* context, const Function& function) : context_(context), function_(function) {}

  void emit(std::span<const Cell> row) override {
    const SqlType type = function_.columns[0].type;
    const Cell cell = output_cell(row[0], type, scratch_);
    if (cell.tag == Tag::text || cell.tag == Tag::json) check_size(context_, function_, cell.view());
    set_result(context_, cell, type);
  }
  void finish() override {}

 private:
  sqlite3_context* context_;
  const Function& function_;
  Arena scratch_;
};

// The rows of any other function, as one JSON array.
class ArrayResult : public CallResult {
 public:
  ArrayResult(sqlite3_context* context, const Function& function)
      : context_(context), function_(function), rows_(function.columns) {}

  void emit(std::span<const Cell> row) override { rows_.emit(row); }
  void finish() override {
    const std::string_view array = rows_.finish();
    check_size(context_, function_, array);
    set_result(context_, Cell::of(Tag::json, array), SqlType::json);
  }

 private:
  sqlite3_context* context_;
  const Function& function_;
  JsonRows rows_;
};

void call_function(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto& registration = *static_cast<const Registration*>(sqlite3_user_data(context));
  const Function& function = *registration.function;
  const Outcome outcome = guarded([&] {
    const std::span<sqlite3_value* const> arguments(values, static_cast<std::size_t>(count));
    if (function.scalar()) {
      ScalarResult result(context, function);
      run_function(registration, context, arguments, result);
      return;
    }
    ArrayResult result(context, function);
    run_function(registration, context, arguments, result);
  });
  report(context, outcome);
}

}  // namespace

int register_scalar(const std::shared_ptr<Connection>& connection, const Function& function) {
  const std::string name(function.name);
  const auto required = std::count_if(function.parameters.begin(), function.parameters.end(),
                                      [](const Parameter& parameter) { return !parameter.optional; });
  for (int count = static_cast<int>(required); count <= static_cast<int>(function.parameters.size());
       ++count) {
    auto registration = std::make_unique<Registration>(Registration{connection, &function});
    const int result = sqlite3_create_function_v2(
        connection->db, name.c_str(), count, SQLITE_UTF8 | SQLITE_DIRECTONLY | kResultSubtypeFlag,
        release_registration(std::move(registration)), call_function, nullptr, nullptr, destroy_registration);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

}  // namespace whimbrel::sqlite
