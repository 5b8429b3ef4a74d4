// What a reader says about a text, as one string that can be compared: each token with its text and position,
// and the error that ends it. For tests and the fuzzer.
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/json/writer.h"

namespace whimbrel::json {

inline std::string position_text(const Position& position) {
  return std::to_string(position.offset) + ":" + std::to_string(position.line) + ":" +
         std::to_string(position.column);
}

inline bool has_text(Token token) {
  return token == Token::key || token == Token::string || token == Token::number;
}

// "{", "}", "[", "]", "k<name>", "s<text>", "n<1.5>", "t", "f", "0", "." for the end.
inline std::string token_text(const Reader& reader, Token token) {
  constexpr std::string_view kLetters = "{}[]ksntf0.";
  std::string text(1, kLetters[static_cast<std::size_t>(token)]);
  return has_text(token) ? text + "<" + std::string(reader.text()) + ">" : text;
}

// All tokens, then "." or "! message (detail)".
inline std::string tokens(Reader& reader, bool positions = false) {
  std::string all;
  try {
    for (;;) {
      const Token peeked = reader.peek();
      const Token token = reader.next();
      if (peeked != token) return all + " peek() and next() differ";
      all += token_text(reader, token);
      if (positions)
        all += position_text(reader.position()) + "-" + position_text(reader.end_position()) + " ";
      if (token == Token::end) return all;
    }
  } catch (const Error& error) {
    return all + "! " + error.message + " (" + error.detail + ")";
  }
}

// The tokens of a valid text written again, without white space.
inline std::string rewritten(Reader& reader) {
  Buffer out;
  bool comma = false;
  for (Token token = reader.next(); token != Token::end; token = reader.next()) {
    if (comma && token != Token::end_object && token != Token::end_array) out.append(',');
    comma = token != Token::begin_object && token != Token::begin_array && token != Token::key;
    switch (token) {
      case Token::begin_object:
        out.append('{');
        break;
      case Token::end_object:
        out.append('}');
        break;
      case Token::begin_array:
        out.append('[');
        break;
      case Token::end_array:
        out.append(']');
        break;
      case Token::key:
        write_string(out, reader.text());
        out.append(':');
        break;
      case Token::string:
        write_string(out, reader.text());
        break;
      case Token::number:
        out.append(reader.text());
        break;
      case Token::true_value:
        out.append("true");
        break;
      case Token::false_value:
        out.append("false");
        break;
      case Token::null:
        out.append("null");
        break;
      case Token::end:
        break;
    }
  }
  return std::string(out.view());
}

}  // namespace whimbrel::json
