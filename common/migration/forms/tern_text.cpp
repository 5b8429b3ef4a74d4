// The text of a tern migration: up, one line, down.
#include "common/migration/forms/marks.h"
#include "common/migration/forms/text_forms.h"
#include "common/migration/plain_form.h"
#include "common/migration/tokens.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

Form read_tern_text(std::string_view subject, std::string_view text, std::string_view engine) {
  constexpr std::string_view kDivider = "---- create above / drop below ----";
  check_migration_encoding(subject, text);
  const std::size_t divider = text.find(kDivider);
  const std::size_t begin = text.starts_with(kBom) ? kBom.size() : 0;
  Form form;
  TokenStream tokens(text.size());
  const auto add = [&](PartKind kind, std::size_t from, std::size_t to) {
    form.parts.push_back({kind, text, from, to - from, true, std::string(subject)});
    tokens.add_mark(kind == PartKind::up ? "up" : "down");
    sql::Lexer lexer(text.substr(from, to - from), sql::rules_of(engine));
    for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code())
      tokens.add(token);
  };
  add(PartKind::up, begin, divider == std::string_view::npos ? text.size() : divider);
  if (divider != std::string_view::npos) {
    add(PartKind::down, divider + kDivider.size(), text.size());
    form.has_down = !trimmed(form.parts.back().sql()).empty();
  }
  for_each_line(text, [&](std::string_view line, std::size_t) {
    if (trimmed(line) != "---- tern: disable-tx ----") return true;
    for (Part& part : form.parts) part.transaction = false;
    return false;
  });
  form.token_checksum = tokens.checksum();
  return form;
}

}  // namespace whimbrel
