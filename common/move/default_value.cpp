#include "common/move/default_value.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/json/reader.h"
#include "common/move/expression_parts.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/text/ascii.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

bool is_number_of(std::string_view text, Kind kind) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::vector<Token> tokens = tokens_of(text);
  if (tokens.size() != 1 || tokens[0].kind != TokenKind::number || tokens[0].text != text) return false;
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  // At most 18 digits are in the range of a bigint.
  return kind == Kind::integer ? digits && text.size() <= 18 : digits || is_digit(text[0]);
}

// What PostgreSQL might not read as a value of the type.
std::string doubt_of(const std::string& text, Kind kind, const std::string& type) {
  char bytes[16];
  const auto reads = [&] {
    switch (kind) {
      case Kind::date:
        return parse_date(text).has_value();
      case Kind::time:
        return parse_time(text).has_value();
      case Kind::timestamp:
      case Kind::timestamptz:
        return parse_timestamp(text).has_value();
      case Kind::uuid:
        return parse_uuid(text, bytes);
      case Kind::integer:
      case Kind::real:
      case Kind::numeric:
        return is_number_of(text, kind);
      case Kind::bytes:
        return text.find('\\') == std::string::npos;
      case Kind::jsonb:
        return text.find("\\u") == std::string::npos;
      default:
        return true;
    }
  };
  return reads() ? std::string() : quote_literal(text) + " may be no value of " + type;
}

std::string default_literal(std::string text, const std::string& type, bool quoted, std::string& doubt) {
  const Kind kind = kind_of_type(type);
  const std::string lower = sqlite::lower_name(text);
  if (kind == Kind::boolean) {
    if (lower == "1" || lower == "true" || lower == "t" || lower == "yes") return "true";
    if (lower == "0" || lower == "false" || lower == "f" || lower == "no") return "false";
    throw Unknown{"default " + text + " of a boolean"};
  }
  const bool number = kind == Kind::integer || kind == Kind::real || kind == Kind::numeric;
  if (!quoted) {
    if (lower == "true") text = "1";
    if (lower == "false") text = "0";
    if (number) return text;
  }
  if (number && text.find_first_not_of("0123456789+-.eE") != std::string::npos)
    throw Unknown{"default '" + text + "' of a number"};
  if (kind == Kind::array && text == "[]") text = "{}";
  if ((kind == Kind::json || kind == Kind::jsonb) && !json::is_valid(text))
    throw Unknown{"default '" + text + "' of JSON"};
  doubt = doubt_of(text, kind, type);
  if (kind == Kind::date || kind == Kind::time || kind == Kind::timestamp || kind == Kind::timestamptz ||
      kind == Kind::uuid || kind == Kind::json || kind == Kind::jsonb)
    return quote_literal(text) + "::" + type;
  return quote_literal(text);
}

// The time of now as the type has it, and not as text.
std::optional<std::string> now_of(const std::string& known, const std::string& type) {
  const bool moment = known == "current_timestamp" || known.starts_with("datetime(") ||
                      known.starts_with("strftime('%Y-%m-%d");
  switch (kind_of_type(type)) {
    case Kind::timestamptz:
      return moment ? std::optional<std::string>("CURRENT_TIMESTAMP") : std::nullopt;
    case Kind::timestamp:
      return moment ? std::optional<std::string>("(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')") : std::nullopt;
    case Kind::date:
      return known == "current_date" || known.starts_with("date(")
                 ? std::optional<std::string>("((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date)")
                 : std::nullopt;
    case Kind::time:
      return known == "current_time" || known.starts_with("time(")
                 ? std::optional<std::string>("((CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::time)")
                 : std::nullopt;
    default:
      return std::nullopt;
  }
}

// A literal or a time of now; nothing: it is another expression.
std::optional<std::string> certain_default(std::string_view text, const std::string& type,
                                           std::string& doubt) {
  const std::string known = normal(text);
  if (known == "null") return std::string();
  if (whole(known)) {
    const Kind kind = kind_of_type(type);
    if (const auto typed = now_of(known, type)) return *typed;
    if (kind != Kind::text && kind != Kind::integer && kind != Kind::numeric && kind != Kind::real)
      throw Unknown{"default " + known + " of " + type};
    if (kind != Kind::text && *whole(known) != kNowSeconds) throw Unknown{"default " + known + " of " + type};
    return "(" + std::string(*whole(known)) + ")";
  }
  const std::vector<Token> tokens = tokens_of(known);
  const bool sign = tokens.size() == 2 && (tokens[0].text == "-" || tokens[0].text == "+");
  if (tokens.size() == (sign ? 2U : 1U)) {
    const Token& last = tokens.back();
    if (last.kind == TokenKind::number)
      return default_literal((sign && tokens[0].text == "-" ? "-" : "") + number_literal(last.text), type,
                             false, doubt);
    if (!sign && is_blob(last)) {
      if (kind_of_type(type) != Kind::bytes) doubt = "a blob is no value of " + type;
      return blob_literal(last.text);
    }
    if (!sign && last.kind == TokenKind::string)
      return default_literal(string_content(last.text), type, true, doubt);
    if (!sign && last.kind == TokenKind::quoted_identifier)
      return default_literal(sqlite::unquoted(tokens_of(text).back().text), type, true, doubt);
    // An unquoted word that is no keyword is a string to SQLite.
    if (!sign && last.kind == TokenKind::word)
      return default_literal(std::string(tokens_of(text).back().text), type,
                             known != "true" && known != "false", doubt);
  }
  return std::nullopt;
}

}  // namespace

TranslatedDefault translate_default(std::string_view text, const std::string& type, const NameScope& scope) {
  TranslatedDefault done;
  try {
    if (std::optional<std::string> value = certain_default(text, type, done.doubt)) {
      done.sql = std::move(*value);
      done.certain = true;
      return done;
    }
  } catch (const Unknown& unknown) {
    done.problem = unknown.problem();
    return done;
  }
  static_cast<Translated&>(done) = translate_expression(text, scope);
  if (done) done.sql = "(" + done.sql + ")";
  return done;
}

bool is_now(std::string_view text) {
  const auto target = whole(normal(text));
  return target.has_value() && target->find("YYYY-MM-DD") != std::string_view::npos && *target != kTodayText;
}

}  // namespace whimbrel::move
