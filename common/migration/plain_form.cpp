#include "common/migration/plain_form.h"

#include <algorithm>

#include "common/error.h"
#include "common/migration/tokens.h"
#include "common/sql/lexer.h"
#include "common/text/utf8.h"

namespace whimbrel {

void check_migration_encoding(std::string_view subject, std::string_view text) {
  const std::size_t invalid = find_invalid_utf8(text);
  const std::size_t nul = text.find('\0');
  if (invalid == kValidUtf8 && nul == std::string_view::npos) return;
  const std::size_t offset = std::min(invalid, nul);
  throw Error(code::kInvalidText,
              at_line(subject, text, offset) + (offset == nul ? ": NUL byte" : ": invalid UTF-8"),
              "The byte at offset " + std::to_string(offset) + " cannot be part of a migration.",
              "Save the migration as UTF-8.");
}

Form read_plain_form(std::string_view subject, std::string_view text, std::string_view engine,
                     PartKind kind) {
  check_migration_encoding(subject, text);
  TokenStream tokens(text.size());
  sql::Lexer lexer(text, sql::rules_of(engine));
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code())
    tokens.add(token);
  const std::size_t bom = text.starts_with(kBom) ? kBom.size() : 0;
  Form form;
  form.token_checksum = tokens.checksum();
  form.parts.push_back({.kind = kind,
                        .text = text,
                        .offset = bom,
                        .length = text.size() - bom,
                        .subject = std::string(subject),
                        .own_transactions = true});
  form.has_down = kind == PartKind::down;  // an empty file says that there is nothing to undo
  return form;
}

}  // namespace whimbrel
