#include "common/migration/pending.h"

#include "common/migration/checksum.h"
#include "common/migration/difference.h"
#include "common/migration/file_name.h"

namespace whimbrel {

const AppliedMigration* find_applied(const History& history, const SourceFile& file) {
  if (const AppliedMigration* applied = history.find(file.version)) return applied;
  if (file.name.empty()) return nullptr;
  return history.find(std::string_view(file.name).substr(0, file.name.size() - 4));
}

NativeForm read_form(const Host& host, const SourceFile& file) {
  NativeForm form = read_native_form(file.subject(), file.text, host.dialect().engine);
  if (file.down && form.has_down) {
    throw Error(code::kMigrationSyntax, file.subject() + " has two down parts", {},
                "Its up text holds \"-- migrate:down\" and a down text was given too; give one of them.");
  }
  return form;
}

MigrationTexts texts_of(const SourceFile& file, const NativeForm& form) {
  MigrationTexts texts;
  texts.up = form.text_of(file.text, PartKind::up);
  texts.token_checksum = form.token_checksum;
  if (file.down) {
    texts.down = *file.down;
    texts.token_checksum = sha256_hex(form.token_checksum + "\n" + *file.down);
  } else if (form.has_down) {
    texts.down = form.text_of(file.text, PartKind::down);
  }
  return texts;
}

Likeness compare_with_applied(const Host& host, const SourceFile& file, const AppliedMigration& applied) {
  if (applied.checksum.empty() || applied.checksum == file.checksum) return Likeness::same;
  const NativeForm form = read_form(host, file);
  return texts_of(file, form).token_checksum == applied.token_checksum ? Likeness::tokens : Likeness::changed;
}

std::string describe_change(Host& host, const SourceFile& file, const AppliedMigration& applied) {
  const NativeForm form = read_form(host, file);
  const StoredTexts stored = read_stored_texts(host, applied.version);
  const sql::Rules rules = sql::rules_of(host.dialect().engine);
  const MigrationTexts texts = texts_of(file, form);
  // One part is compared in its place, so that the line is the file's; several are compared as they are
  // stored.
  const auto compare = [&](PartKind kind, const std::string& now, const std::string& before) {
    const std::vector<Part> parts = form.parts_of(kind);
    if (parts.size() == 1 && !(kind == PartKind::down && file.down))
      return describe_difference(file.text, parts[0].offset, parts[0].length, before, rules);
    return describe_difference(now, 0, now.size(), before, rules);
  };
  std::string change = compare(PartKind::up, texts.up, stored.up);
  if (!change.empty()) return change;
  change = compare(PartKind::down, texts.down.value_or(""), stored.down.value_or(""));
  if (!change.empty()) return "Its down part differs. " + change;
  return "Its markers, its verify part or a part for the other engine differ.";
}

bool is_out_of_order(const SourceFile& file, const AppliedMigration* highest) {
  return highest != nullptr && compare_versions(file.version, highest->version) < 0;
}

}  // namespace whimbrel
