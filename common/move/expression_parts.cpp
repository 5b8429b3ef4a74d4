#include "common/move/expression_parts.h"

#include <cstdint>

#include "common/schema/sqlite/names.h"
#include "common/text/hex.h"

namespace whimbrel::move {

namespace {

constexpr std::string_view kNowText =
    "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')";
constexpr std::string_view kTimeText = "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'HH24:MI:SS')";

struct Whole {
  std::string_view text, target;
};
// Whole calls, normalised.
constexpr Whole kWholes[] = {
    {"current_timestamp", kNowText},
    {"datetime('now')", kNowText},
    {"datetime(current_timestamp)", kNowText},
    {"strftime('%Y-%m-%d %H:%M:%S','now')", kNowText},
    {"strftime('%Y-%m-%dT%H:%M:%SZ','now')",
     "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"},
    {"strftime('%Y-%m-%dT%H:%M:%fZ','now')",
     "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"strftime('%Y-%m-%d %H:%M:%f','now')",
     "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')"},
    {"current_date", kTodayText},
    {"date('now')", kTodayText},
    {"date()", kTodayText},
    {"datetime()", kNowText},
    {"current_time", kTimeText},
    {"time('now')", kTimeText},
    {"unixepoch()", kNowSeconds},
    {"unixepoch('now')", kNowSeconds},
    {"strftime('%s','now')", kNowSeconds},
    {"cast(strftime('%s','now')asinteger)", kNowSeconds},
    {"cast(strftime('%s','now')asint)", kNowSeconds},
    {"lower(hex(randomblob(16)))", "replace(gen_random_uuid()::text, '-', '')"},
    {"hex(randomblob(16))", "upper(replace(gen_random_uuid()::text, '-', ''))"},
};

}  // namespace

std::vector<sql::Token> tokens_of(std::string_view text) {
  return sql::code_tokens(text, sql::Rules::sqlite);
}

std::string normal(std::string_view text) {
  std::string all;
  for (const sql::Token& token : tokens_of(text))
    all += token.kind == sql::TokenKind::word ? sqlite::lower_name(token.text) : std::string(token.text);
  while (all.size() > 2 && all.front() == '(' && all.back() == ')') {
    int depth = 0;
    bool around = true;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      depth += all[i] == '(' ? 1 : all[i] == ')' ? -1 : 0;
      around = around && depth > 0;
    }
    if (!around) break;
    all = all.substr(1, all.size() - 2);
  }
  return all;
}

std::optional<std::string_view> whole(const std::string& text) {
  for (const Whole& one : kWholes)
    if (one.text == text) return one.target;
  return std::nullopt;
}

std::string string_content(std::string_view token) {
  std::string text;
  for (std::size_t i = 1; i + 1 < token.size(); ++i) {
    text += token[i];
    if (token[i] == '\'') ++i;
  }
  return text;
}

bool is_blob(const sql::Token& token) {
  return token.kind == sql::TokenKind::string && (token.text[0] == 'x' || token.text[0] == 'X');
}

std::string blob_literal(std::string_view token) {
  return "'\\x" + sqlite::lower_name(token.substr(2, token.size() - 3)) + "'::bytea";
}

std::string number_literal(std::string_view token) {
  if (token.starts_with("0x") || token.starts_with("0X")) {
    std::uint64_t value = 0;
    for (const char c : token.substr(2)) value = value * 16 + hex_value(c);
    return std::to_string(static_cast<std::int64_t>(value));
  }
  return std::string(token);
}

}  // namespace whimbrel::move
