#include "common/migration/pending.h"

#include "common/migration/difference.h"
#include "common/migration/file_name.h"
#include "common/text/unified_diff.h"

namespace whimbrel {

const AppliedMigration* find_applied(const History& history, const SourceFile& file) {
  if (const AppliedMigration* applied = history.find(file.version)) return applied;
  if (!file.name.empty()) {
    const std::string_view stem = std::string_view(file.name).substr(0, file.name.size() - 4);
    if (const AppliedMigration* applied = history.find(stem)) return applied;
  }
  const AppliedMigration* baseline = history.baseline();
  const bool below =
      baseline != nullptr && !file.repeatable && compare_versions(file.version, baseline->version) < 0;
  return below ? baseline : nullptr;
}

std::vector<const SourceFile*> files_in_force(const Source& source, const History& history) {
  const SourceFile* baseline = nullptr;
  for (const SourceFile& one : source.baselines) {
    const AppliedMigration* applied = history.find(one.version);
    if (history.applied().empty() || (applied != nullptr && applied->file == one.name)) baseline = &one;
  }
  std::vector<const SourceFile*> files;
  files.reserve(source.files.size() + 1);
  if (baseline != nullptr) files.push_back(baseline);
  for (const SourceFile& file : source.files) {
    const bool replaced =
        baseline != nullptr && !file.repeatable && compare_versions(file.version, baseline->version) <= 0 &&
        (history.find(file.version) == nullptr || compare_versions(file.version, baseline->version) == 0);
    if (!replaced) files.push_back(&file);
  }
  return files;
}

Likeness compare_with_applied(const Host& host, const SourceFile& file, const AppliedMigration& applied) {
  if (applied.checksum.empty() || applied.checksum == file.checksum) return Likeness::same;
  return compare_with_applied(file, read_form(host, file), applied);
}

Likeness compare_with_applied(const SourceFile& file, const Form& form, const AppliedMigration& applied) {
  if (applied.checksum.empty() || applied.checksum == file.checksum) return Likeness::same;
  return form.token_checksum == applied.token_checksum ? Likeness::tokens : Likeness::changed;
}

std::string describe_change(Host& host, const SourceFile& file, const AppliedMigration& applied) {
  if (!host.may_read_texts()) return {};
  const Form form = read_form(host, file);
  const StoredTexts stored = read_stored_texts(host, applied.version);
  const sql::Rules rules = sql::rules_of(host.dialect().engine);
  // One part is compared in its place, so that the line is the file's; several are compared as they are
  // stored.
  const auto compare = [&](PartKind kind, const std::string& before) {
    const std::vector<Part> parts = form.parts_of(kind);
    if (parts.size() == 1)
      return describe_difference(parts[0].text, parts[0].offset, parts[0].length, before, rules);
    const std::string now = form.text_of(kind);
    return describe_difference(now, 0, now.size(), before, rules);
  };
  std::string change = compare(PartKind::up, stored.up);
  if (!change.empty()) return change;
  change = compare(PartKind::down, stored.down.value_or(""));
  if (!change.empty()) return "Its down part differs. " + change;
  change = compare(PartKind::verify, stored.verify);
  if (!change.empty()) return "Its verify part differs. " + change;
  return "Its markers or a part for the other engine differ.";
}

std::string show_changes(Host& host, const SourceFile& file, const Form& form,
                         const AppliedMigration& applied) {
  const StoredTexts stored = read_stored_texts(host, applied.version);
  std::string changes;
  const auto compare = [&](std::string_view part, const std::string& before, const std::string& now) {
    const std::string name = file.name.empty() ? file.version : file.name;
    const std::string diff =
        unified_diff(before, now, std::string(part) + " part of " + name + ", as applied",
                     std::string(part) + " part of " + name + ", as it is now");
    if (!diff.empty()) (changes += changes.empty() ? "" : "\n") += diff;
  };
  compare("up", stored.up, form.text_of(PartKind::up));
  compare("down", stored.down.value_or(""), form.has_down ? form.text_of(PartKind::down) : std::string());
  compare("verify", stored.verify, form.text_of(PartKind::verify));
  return changes.empty() ? "its markers, text around its parts or a part for the other engine differ"
                         : changes;
}

bool is_out_of_order(const SourceFile& file, const AppliedMigration* highest) {
  return highest != nullptr && compare_versions(file.version, highest->version) < 0;
}

}  // namespace whimbrel
