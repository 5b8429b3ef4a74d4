#include "common/host.h"

namespace whimbrel {

namespace {

std::string quote_with(char mark, std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  quoted += mark;
  for (char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  quoted += mark;
  return quoted;
}

}  // namespace

std::string quote_identifier(std::string_view name) { return quote_with('"', name); }

std::string quote_name(std::string_view schema, std::string_view name) {
  return quote_identifier(schema) + "." + quote_identifier(name);
}

std::string quote_literal(std::string_view text) { return quote_with('\'', text); }

std::string Host::equals(const Table& table, std::size_t column, const std::string& value) {
  return quote_identifier(table.columns[column].name) + " = " + value;
}

std::string Host::equals_one_of(const Table& table, std::size_t column,
                                const std::vector<std::string>& values) {
  std::string sql = quote_identifier(table.columns[column].name) + " IN (";
  for (const std::string& value : values) {
    if (&value != values.data()) sql += ", ";
    sql += value;
  }
  return sql + ")";
}

}  // namespace whimbrel
