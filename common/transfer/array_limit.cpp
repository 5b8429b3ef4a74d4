#include "common/transfer/array_limit.h"

#include "common/error_text.h"
#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/transfer/conversion.h"

namespace whimbrel {

namespace {

using json::Token;

bool is_scalar(Token token) { return token == Token::number || token == Token::string; }

}  // namespace

std::optional<ArrayLimit> ArrayLimit::of(std::string_view type, std::string_view source) {
  if (!type.ends_with("[]")) return std::nullopt;
  const std::string_view element = type.substr(0, type.size() - 2);
  auto limit = ColumnLimit::of(element);
  const Kind kind = kind_of_type(element);
  if (!limit || kind == Kind::jsonb) return std::nullopt;
  limit->come_from(source);
  return ArrayLimit(*limit, kind, element == "real");
}

std::string ArrayLimit::change(std::string_view given, RepeatedKeys& keys) const {
  ColumnReading reading = column_reading(kind_, single_ ? "real" : "", false, false);
  json::Reader reader(given);
  Arena arena;
  for (Token token = reader.next(); token != Token::end; token = reader.next()) {
    // {"$array": {"lower": […], "values": […]}}: bounds are no elements.
    if (token == Token::key && reader.text() == "lower") reader.skip_value();
    if (!is_scalar(token)) continue;
    const std::string text(reader.text());
    Cell cell;
    arena.clear();
    const bool is_integer = token == Token::number && reader.is_integer();
    if (convert_scalar(token, text, is_integer, reading, arena, cell)) continue;  // the engine refuses it
    const std::string change = element_.change(text, cell, keys);
    if (!change.empty())
      return "has " + (token == Token::string ? in_quotes(excerpt(text)) : excerpt(text)) + ", which " +
             change;
  }
  return {};
}

std::optional<std::string> ArrayLimit::filled_up(std::string_view given) const {
  if (!fills_up()) return std::nullopt;
  json::Reader reader(given);
  json::Buffer out;
  std::size_t copied = 0;  // bytes of `given` that `out` stands for
  Arena arena;
  for (Token token = reader.next(); token != Token::end; token = reader.next()) {
    if (token != Token::string) continue;
    arena.clear();
    Cell cell = Cell::text(reader.text());
    element_.fill_up(cell, arena);
    if (cell.view() == reader.text()) continue;
    out.append(given.substr(copied, static_cast<std::size_t>(reader.position().offset) - copied));
    json::write_string(out, cell.view());
    copied = static_cast<std::size_t>(reader.end_position().offset);
  }
  if (copied == 0) return std::nullopt;
  out.append(given.substr(copied));
  return std::string(out.view());
}

}  // namespace whimbrel
