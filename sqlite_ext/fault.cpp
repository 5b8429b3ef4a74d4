#include "sqlite_ext/fault.h"

#include <algorithm>
#include <cstdio>
#include <new>

namespace whimbrel::sqlite {

namespace {

std::string code_of(int result) {
  char code[16];
  std::snprintf(code, sizeof code, "S%04d", result);
  return code;
}

void append_lines(std::string& text, std::string_view label, std::string_view value) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    text += '\n';
    text += label;
    text += value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

}  // namespace

Error make_error(sqlite3* db, int result) {
  if ((result & 0xff) == SQLITE_NOMEM) throw std::bad_alloc();
  const int extended = sqlite3_extended_errcode(db);
  // A result that the connection does not remember (SQLITE_MISUSE, SQLITE_TOOBIG of a bind) has its own text.
  const bool remembered = (extended & 0xff) == (result & 0xff);
  Error error(code_of(remembered ? extended : result),
              remembered ? sqlite3_errmsg(db) : sqlite3_errstr(result));
  if ((result & 0xff) == SQLITE_LOCKED)
    error.hint =
        "SQLite drops nothing while another statement of the connection reads: call the function without "
        "FROM "
        "(json_each() counts too), and finish other SELECTs first.";
  return error;
}

void check(sqlite3* db, int result) {
  if (result != SQLITE_OK && result != SQLITE_ROW && result != SQLITE_DONE) throw make_error(db, result);
}

int result_code(const Error& error) {
  const std::string& code = error.code;
  if (code.size() != 5 || code[0] != 'S') return SQLITE_ERROR;
  int result = 0;
  for (char c : std::string_view(code).substr(1)) {
    if (c < '0' || c > '9') return SQLITE_ERROR;
    result = result * 10 + (c - '0');
  }
  return result == SQLITE_OK ? SQLITE_ERROR : result;
}

std::string error_text(const Error& error) {
  std::string text;
  if (error.code.starts_with("WB")) text = "[" + error.code + "] ";
  text += error.message;
  append_lines(text, "detail: ", error.detail);
  append_lines(text, "hint: ", error.hint);
  append_lines(text, "where: ", error.where);
  return text;
}

std::int64_t character_position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + std::count_if(before.begin(), before.end(),
                           [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

}  // namespace whimbrel::sqlite
