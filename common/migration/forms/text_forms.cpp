#include "common/migration/forms/text_forms.h"

#include "common/error.h"
#include "common/migration/forms/marks.h"
#include "common/migration/native_form.h"
#include "common/migration/plain_form.h"
#include "common/sql/lexer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

[[noreturn]] void fail(std::string_view subject, std::string_view text, std::size_t offset,
                       const std::string& message, std::string hint) {
  throw Error(code::kMigrationSyntax, at_line(subject, text, offset) + ": " + message, {}, std::move(hint));
}

void refuse_templates(std::string_view subject, std::string_view text) {
  const std::size_t at = text.find("{{");
  if (at == std::string_view::npos) return;
  const std::size_t end = text.find("}}", at);
  const std::string_view action =
      text.substr(at, end == std::string_view::npos || end - at > 60 ? 20 : end + 2 - at);
  fail(subject, text, at, "a Go template: " + std::string(action.substr(0, action.find('\n'))),
       "Write what the template gives: nothing outside of the database takes part here. A value that differs "
       "between databases can be ${name}, with the option \"vars\".");
}

// :'name' and :"name". A bare :name is left as it is by psql too when it knows no such variable.
void refuse_psql_variables(std::string_view subject, std::string_view text, std::string_view engine) {
  sql::Lexer lexer(text, sql::rules_of(engine));
  sql::Token before;
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
    const bool quoted =
        token.kind == sql::TokenKind::string || token.kind == sql::TokenKind::quoted_identifier;
    if (quoted && before.text == ":" && token.text.find_first_of("'\"") == 0)
      fail(subject, text, before.offset, "a variable of psql: :" + std::string(token.text),
           "Write its value: the migration runs inside the database, where no psql takes part.");
    before = token;
  }
}

void mark_outside(Form& form, TextForm kind, std::string_view text, std::string_view engine) {
  const OutsideTransaction outside = find_outside_transaction(text, engine);
  const bool whole =
      kind == TextForm::flyway ? outside != OutsideTransaction::none : outside == OutsideTransaction::only;
  if (!whole) return;
  for (Part& part : form.parts) part.transaction = false;
}

Form read_plain(TextForm form, std::string_view subject, std::string_view text, std::string_view engine,
                PartKind kind) {
  if (form == TextForm::tern || form == TextForm::popx) refuse_templates(subject, text);
  if (form == TextForm::sqitch) refuse_psql_variables(subject, text, engine);
  Form read = read_plain_form(subject, text, engine, kind);
  if (form == TextForm::flyway || form == TextForm::golang_migrate) mark_outside(read, form, text, engine);
  return read;
}

bool in_placeholder(char c) { return is_upper(c) || (c >= '0' && c <= '9') || c == '_'; }

// graphile-migrate: /:[A-Z][A-Z0-9_]+\b/, wherever it stands, but not behind another colon.
struct Placeholder {
  std::size_t offset;
  std::string_view name;
};
template <typename Each>
void for_each_placeholder(std::string_view text, Each&& each) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    if (at > 0 && text[at - 1] == ':') continue;
    std::size_t end = at + 1;
    while (end < text.size() && in_placeholder(text[end])) ++end;
    const bool goes_on = end < text.size() && text[end] >= 'a' && text[end] <= 'z';
    if (end < at + 3 || !is_upper(text[at + 1]) || goes_on) continue;
    each(Placeholder{at, text.substr(at + 1, end - at - 1)});
  }
}

// Only in code: in a string ":FOO" may be just that, and a wrong guess would refuse a good migration.
void refuse_placeholders(std::string_view subject, std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::postgresql);
  sql::Token before;
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
    const bool placed =
        token.kind == sql::TokenKind::word && token.length() > 1 && before.text == ":" &&
        token.text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
    if (placed)
      fail(subject, text, before.offset, "a placeholder without a value: :" + std::string(token.text),
           "Give it in the option \"vars\": {\"vars\":{\"" + std::string(token.text) + "\":\"…\"}}.");
    before = token;
  }
}

// Between ENVSUB ON and OFF goose fills in the environment of its own process.
void refuse_environment(std::string_view subject, std::string_view text) {
  bool on = false;
  for_each_line(text, [&](std::string_view line, std::size_t offset) {
    const std::size_t mark = line.starts_with("--") ? line.find("ENVSUB") : std::string_view::npos;
    if (mark != std::string_view::npos && line.find("+goose") != std::string_view::npos) {
      on = trimmed(line.substr(mark + 6)) == "ON";
      return true;
    }
    for (std::size_t at = on ? line.find('$') : std::string_view::npos; at != std::string_view::npos;
         at = line.find('$', at + 1)) {
      std::size_t end = at + 1;
      if (end < line.size() && line[end] == '$') {  // $$ opens a body
        at = end;
        continue;
      }
      const bool braced = end < line.size() && line[end] == '{';
      while (end < line.size() &&
             (is_upper(line[end]) || line[end] == '_' || (line[end] >= 'a' && line[end] <= 'z') ||
              (end > at + 1 && line[end] >= '0' && line[end] <= '9')))
        ++end;
      if (!braced && (end == at + 1 || (end < line.size() && line[end] == '$'))) {
        if (end > at + 1) at = end;  // $tag$
        continue;
      }
      fail(subject, text, offset + at, "a variable of the environment, which the database does not know",
           "Write it as ${name} and give its value in the option \"vars\".");
    }
    return true;
  });
}

}  // namespace

Form read_text(TextForm form, std::string_view subject, std::string_view text, std::string_view engine) {
  switch (form) {
    case TextForm::native:
      return read_native_form(subject, text, engine);
    case TextForm::dbmate: {
      Form read = read_native_form(subject, text, engine);
      read.has_down = !read.parts_of(PartKind::down).empty();
      return read;
    }
    case TextForm::goose:
      return read_goose_text(subject, text, engine);
    case TextForm::tern:
      refuse_templates(subject, text);
      return read_tern_text(subject, text, engine);
    default:
      return read_plain(form, subject, text, engine, PartKind::up);
  }
}

Form read_companion_text(TextForm form, std::string_view subject, std::string_view text,
                         std::string_view engine, PartKind kind) {
  return read_plain(form, subject, text, engine, kind);
}

bool has_variables(TextForm form, std::string_view text) {
  if (text.find("${") != std::string_view::npos) return true;
  bool found = false;
  if (form == TextForm::graphile) for_each_placeholder(text, [&found](const Placeholder&) { found = true; });
  return found;
}

std::string replace_placeholders(TextForm form, std::string_view text, const Variables& variables) {
  if (form != TextForm::graphile) return std::string(text);
  std::string replaced;
  std::size_t from = 0;
  for_each_placeholder(text, [&](const Placeholder& one) {
    const auto known = variables.find(std::string(one.name));
    if (known == variables.end()) return;
    (replaced += text.substr(from, one.offset - from)) += known->second;
    from = one.offset + 1 + one.name.size();
  });
  return replaced += text.substr(from);
}

void check_variables(TextForm form, std::string_view subject, std::string_view text) {
  if (form == TextForm::graphile) refuse_placeholders(subject, text);
  if (form == TextForm::goose && text.find("ENVSUB") != std::string_view::npos)
    refuse_environment(subject, text);
}

}  // namespace whimbrel
