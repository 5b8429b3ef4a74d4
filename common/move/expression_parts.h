// What the translations of expressions and of defaults share: the tokens of SQLite, its literals as
// PostgreSQL writes them, and calls that are known as a whole.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/sql/lexer.h"

namespace whimbrel::move {

// Thrown by what has no translation; it never leaves translate_expression() and translate_default().
struct Unknown {
  std::string what;
  std::string problem() const { return what + " has no known equivalent"; }
};

std::vector<sql::Token> tokens_of(std::string_view text);

// The text without spaces and comments, words in lower case: for whole expressions that the dictionary knows.
std::string normal(std::string_view text);

// What a call, given as normal() has it, is in PostgreSQL; nothing: it is not known as a whole.
std::optional<std::string_view> whole(const std::string& text);
// Two of those that whole() gives: the date of now as text, its seconds since 1970.
inline constexpr std::string_view kTodayText = "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD')";
inline constexpr std::string_view kNowSeconds = "floor(extract(epoch FROM CURRENT_TIMESTAMP))::bigint";

// Of a token that is a string: what it holds.
std::string string_content(std::string_view token);
bool is_blob(const sql::Token& token);
std::string blob_literal(std::string_view token);
std::string number_literal(std::string_view token);

}  // namespace whimbrel::move
