#include "common/migration/source_form.h"

#include <memory>

#include "common/error.h"
#include "common/migration/checksum.h"
#include "common/migration/native_form.h"
#include "common/migration/plain_form.h"

namespace whimbrel {

namespace {

Form read_text(TextForm form, std::string_view subject, std::string_view text, std::string_view engine) {
  switch (form) {
    case TextForm::native:
      return read_native_form(subject, text, engine);
    case TextForm::plain:
      return read_plain_form(subject, text, engine, PartKind::up);
  }
  throw Error(code::kInternal, "a form of migrations without a reader");
}

// Reads one text: as it is, and once more with its variables replaced, whose parts are the ones that run.
template <typename Read>
Form read_with_variables(std::string_view subject, const std::string& text, const Variables* variables,
                         Read&& read) {
  Form form = read(std::string_view(text));
  if (variables == nullptr || text.find("${") == std::string::npos) return form;
  auto replaced = std::make_unique<const std::string>(replace_variables(subject, text, *variables));
  Form running = read(std::string_view(*replaced));
  running.token_checksum = std::move(form.token_checksum);
  running.kept_texts.push_back(std::move(replaced));
  return running;
}

void append(Form& form, Form&& companion) {
  form.token_checksum = sha256_hex(form.token_checksum + "\n" + companion.token_checksum);
  for (Part& part : companion.parts) form.parts.push_back(std::move(part));
  for (auto& text : companion.kept_texts) form.kept_texts.push_back(std::move(text));
  form.has_down = form.has_down || companion.has_down;
}

}  // namespace

Form read_form(const Host& host, const SourceFile& file, const Variables* variables) {
  const std::string& engine = host.dialect().engine;
  const std::string subject = file.subject();
  Form form = read_with_variables(subject, file.text, variables, [&](std::string_view text) {
    return read_text(file.form, subject, text, engine);
  });
  const auto read_companion = [&](const std::optional<CompanionText>& companion, PartKind kind) {
    if (!companion) return;
    if (!form.parts_of(kind).empty()) {
      const std::string name(kind == PartKind::down ? "down" : "verify");
      throw Error(code::kMigrationSyntax, subject + " has two " + name + " parts", {},
                  "Its up text holds \"-- migrate:" + name + "\" and a " + name +
                      " text was given too; give one of them.");
    }
    const std::string own_subject =
        companion->name.empty() ? (kind == PartKind::down ? "down part of " : "verify part of ") + subject
                                : "migration \"" + companion->name + "\"";
    append(form, read_with_variables(own_subject, companion->text, variables, [&](std::string_view text) {
             return read_plain_form(own_subject, text, engine, kind);
           }));
  };
  read_companion(file.down, PartKind::down);
  read_companion(file.verify, PartKind::verify);
  for (Part& part : form.parts) part.transaction = part.transaction && file.transaction;
  form.repeatable = form.repeatable || file.repeatable;
  form.required.insert(form.required.end(), file.required.begin(), file.required.end());
  return form;
}

MigrationTexts texts_of(const Form& form) {
  MigrationTexts texts;
  texts.up = form.text_of(PartKind::up);
  if (form.has_down) texts.down = form.text_of(PartKind::down);
  texts.verify = form.text_of(PartKind::verify);
  for (const std::string& one : form.required) (texts.required += texts.required.empty() ? "" : " ") += one;
  return texts;
}

std::string description_of(const SourceFile& file, const Form& form) {
  return form.description.empty() ? file.description : form.description;
}

}  // namespace whimbrel
