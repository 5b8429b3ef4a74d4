#include "common/migration/source_form.h"

#include <algorithm>
#include <memory>

#include "common/error.h"
#include "common/migration/forms/text_forms.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

// Reads one text: as it is, and once more with its variables replaced, whose parts are the ones that run.
template <typename Read>
Form read_with_variables(TextForm text_form, std::string_view subject, const std::string& text,
                         const Variables* variables, Read&& read) {
  Form form = read(std::string_view(text));
  const bool replaces = variables != nullptr && has_variables(text_form, text);
  if (!replaces) {
    check_variables(text_form, subject, text);
    return form;
  }
  auto replaced = std::make_unique<const std::string>(
      replace_variables(subject, replace_placeholders(text_form, text, *variables), *variables));
  check_variables(text_form, subject, *replaced);
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
  const auto read_main = [&](std::string_view text) { return read_text(file.form, subject, text, engine); };
  Form form;
  if (file.lines_before == 0) {
    form = read_with_variables(file.form, subject, file.text, variables, read_main);
  } else {  // lines are counted in the whole file
    auto padded = std::make_unique<const std::string>(std::string(file.lines_before, '\n') + file.text);
    form = read_with_variables(file.form, subject, *padded, variables, read_main);
    for (Part& part : form.parts) {
      if (part.offset >= file.lines_before) continue;
      part.length -= file.lines_before - part.offset;
      part.offset = file.lines_before;
    }
    form.kept_texts.push_back(std::move(padded));
  }
  for (Part& part : form.parts) part.transaction = part.transaction && file.transaction;
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
    Form read =
        read_with_variables(file.form, own_subject, companion->text, variables, [&](std::string_view text) {
          return read_companion_text(file.form, own_subject, text, engine, kind);
        });
    for (Part& part : read.parts) {
      part.transaction = part.transaction && companion->transaction;
      part.by_running = companion->by_running;
    }
    append(form, std::move(read));
  };
  read_companion(file.down, PartKind::down);
  read_companion(file.verify, PartKind::verify);
  form.repeatable = form.repeatable || file.repeatable;
  form.environments.insert(form.environments.end(), file.environments.begin(), file.environments.end());
  form.labels = file.labels;
  form.without_env = file.without_env;
  form.required.insert(form.required.end(), file.required.begin(), file.required.end());
  return form;
}

MigrationTexts texts_of(const Form& form) {
  MigrationTexts texts;
  texts.up = form.text_of(PartKind::up);
  if (form.has_down) texts.down = form.text_of(PartKind::down);
  texts.verify = form.text_of(PartKind::verify);
  texts.verify_by_running =
      std::any_of(form.parts.begin(), form.parts.end(), [](const Part& part) { return part.by_running; });
  for (const std::string& one : form.required) (texts.required += texts.required.empty() ? "" : " ") += one;
  return texts;
}

std::string description_of(const SourceFile& file, const Form& form) {
  return form.description.empty() ? file.description : form.description;
}

}  // namespace whimbrel
