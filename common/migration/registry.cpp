#include "common/migration/registry.h"

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/history.h"
#include "common/migration/own_tables.h"
#include "common/migration/pending.h"
#include "common/migration/script.h"
#include "common/migration/source_form.h"

namespace whimbrel {

namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

SourceFile file_of(const Registration& registration) {
  SourceFile file;
  file.version = registration.version;
  file.description = registration.description;
  file.text = registration.up;
  if (registration.down && !is_blank(*registration.down)) file.down = CompanionText{{}, *registration.down};
  return file;
}

// Everything that apply checks before it runs a statement.
Form check(Host& host, const SourceFile& file) {
  if (!is_version(file.version)) {
    throw Error(code::kInvalidArgument, "\"" + file.version + "\" is not a version", {},
                "A version begins with a digit; letters, digits, dots and hyphens may follow.");
  }
  if (is_blank(file.text))
    throw Error(code::kInvalidArgument, "the up text of migration \"" + file.version + "\" is empty");
  Form form = read_form(host, file);
  for (const Part& part : form.parts) const Script checked(host, part);
  return form;
}

}  // namespace

void register_migration(Host& host, const Registration& registration) {
  const SourceFile file = file_of(registration);
  const Form form = check(host, file);
  const std::string description = file.description.empty() ? form.description : file.description;

  host.lock_migrations();
  host.ensure_own_tables(OwnTables::migrations);
  for (const SourceFile& other : read_source(host, Cell()).files) {
    if (compare_versions(other.version, file.version) != 0) continue;
    if (other.version == file.version && other.description == description && other.text == file.text &&
        other.down.has_value() == file.down.has_value() &&
        (!file.down || other.down->text == file.down->text)) {
      return;
    }
    throw Error(code::kDuplicateVersion, "version " + other.version + " is already registered", {},
                "Register the change under a version of its own.");
  }
  HistoryWriter writer(host);
  const std::string user = host.caller().user;
  const Cell parameters[] = {Cell::text(file.version), Cell::text(description), Cell::text(file.text),
                             file.down ? Cell::text(file.down->text) : Cell(), Cell::text(user)};
  host.execute("INSERT INTO " + registry_table(host) +
                   " (version, description, up_sql, down_sql, added_by) VALUES ($1, $2, $3, $4, $5)",
               parameters);
  LogEntry entry;
  entry.action = "add";
  entry.version = file.version;
  entry.description = description;
  entry.outcome = "added";
  writer.log(entry);
  writer.flush();
}

std::optional<std::string> stored_sql(Host& host, const std::string& version, Direction direction) {
  const bool up = direction == Direction::up;
  const History history = History::read(host);
  if (const AppliedMigration* applied = history.find(version)) {
    StoredTexts texts = read_stored_texts(host, applied->version);
    if (up && texts.up.empty()) return std::nullopt;  // recorded by hand
    return up ? std::optional(std::move(texts.up)) : std::move(texts.down);
  }
  for (const SourceFile& file : read_source(host, Cell()).files) {
    if (compare_versions(file.version, version) != 0) continue;
    MigrationTexts texts = texts_of(read_form(host, file));
    return up ? std::optional(std::move(texts.up)) : std::move(texts.down);
  }
  throw Error(code::kUnknownVersion, "there is no migration of version \"" + version + "\" in the database",
              {}, "migrate_status() lists the applied and the registered ones.");
}

}  // namespace whimbrel
