// Flyway (V, U, R, B, callbacks, .conf files beside them) and refinery (V, and U for "in any order").
#include <algorithm>
#include <array>
#include <map>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

using Moment = Callback::Moment;

struct CallbackMoment {
  std::string_view name;
  Moment moment;
};
constexpr std::array<CallbackMoment, 7> kMoments = {{{"beforeMigrate", Moment::before_all},
                                                     {"beforeEachMigrate", Moment::before_each},
                                                     {"afterEachMigrate", Moment::after_each},
                                                     {"afterVersioned", Moment::after_versioned},
                                                     {"beforeRepeatables", Moment::before_repeatable},
                                                     {"afterMigrate", Moment::after_all},
                                                     {"afterMigrateApplied", Moment::after_all}}};

// Flyway calls these while it migrates, at places that do not exist here.
constexpr std::array<std::string_view, 4> kRefused = {"beforeEachMigrateStatement",
                                                      "afterEachMigrateStatement",
                                                      "afterEachMigrateStatementError", "createSchema"};

// V1__x.sql.conf: lines key=value.
void read_conf(const NamedText& conf, SourceFile& migration) {
  for_each_line(conf.text, [&](std::string_view line, std::size_t offset) {
    line = trimmed(line);
    if (line.empty() || line[0] == '#') return true;
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : trimmed(line.substr(equals + 1));
    if (key == "executeInTransaction" && (value == "true" || value == "false")) {
      migration.transaction = value == "true";
    } else if ((key != "encoding" || !begins_with(value, "utf-8")) &&
               (key != "placeholderReplacement" || value != "false")) {
      throw Error(code::kUnsupported,
                  at_line("file \"" + conf.name + "\"", conf.text, offset) + ": setting \"" +
                      std::string(line) + "\" cannot be followed",
                  {}, "Of a .conf file beside a migration only executeInTransaction counts here.");
    }
    return true;
  });
}

void add_callback(NamedText&& file, std::string_view event, Source& source) {
  if (std::find(kRefused.begin(), kRefused.end(), event) != kRefused.end()) {
    throw Error(code::kUnsupported, "callback \"" + file.name + "\" cannot be called here", {},
                "These callbacks are: beforeMigrate, beforeEachMigrate, afterEachMigrate, afterVersioned, "
                "beforeRepeatables, afterMigrate, afterMigrateApplied.");
  }
  const auto known = std::find_if(kMoments.begin(), kMoments.end(),
                                  [event](const CallbackMoment& one) { return one.name == event; });
  if (known == kMoments.end()) {  // of undo, clean, info, …
    source.skipped.push_back(file.name);
    return;
  }
  Callback callback;
  callback.moment = known->moment;
  callback.file = migration_of(std::move(file), {}, {}, TextForm::plain);
  source.callbacks.push_back(std::move(callback));
}

// Java migrations are found on the class path; one that lies here is not to be passed over.
void refuse_code(const FileSet& set) {
  for (const std::string& other : set.others) {
    const std::size_t dot = other.rfind('.');
    if (dot == std::string::npos) continue;
    const std::string_view ending = std::string_view(other).substr(dot);
    const bool code = ending == ".java" || ending == ".class" || ending == ".kt" || ending == ".rs";
    if (!code ||
        !parse_flyway_name(std::string(base_name(other).substr(0, base_name(other).rfind('.'))) + ".sql"))
      continue;
    throw Error(code::kUnsupported, "migration \"" + other + "\" is not written in SQL",
                "Its tool runs it between the others; the database cannot.",
                "Write what it does as SQL, under the same version.");
  }
}

void add_undo(NamedText&& file, const FlywayName& name, std::map<std::string, NamedText>& undos) {
  if (!undos.emplace(version_key(name.version), std::move(file)).second)
    throw Error(code::kDuplicateVersion, "two undo migrations of version " + name.version, {},
                "Give one of them another version.");
}

}  // namespace

void read_flyway_files(FileSet&& set, Source& source) {
  refuse_code(set);
  std::map<std::string, NamedText> undos;
  std::map<std::string, const NamedText*> confs;
  for (const NamedText& file : set.files)
    if (file.name.ends_with(".conf")) confs[file.name] = &file;
  const auto finish = [&](NamedText&& file, FlywayName&& name) {
    const auto conf = confs.find(file.name + ".conf");
    if (name.prefix == 'R')
      name.version = std::string(base_name(file.name).substr(0, base_name(file.name).size() - 4));
    file.name.erase(0, directory_name(file.name).size());
    SourceFile migration =
        migration_of(std::move(file), std::move(name.version), std::move(name.description), TextForm::flyway);
    migration.repeatable = name.prefix == 'R';
    if (conf != confs.end()) read_conf(*conf->second, migration);
    return migration;
  };
  for (NamedText& file : set.files) {
    const std::string_view base = base_name(file.name);
    auto name = parse_flyway_name(base);
    if (!name) {
      if (const std::string_view event = flyway_callback(base); !event.empty()) {
        add_callback(std::move(file), event, source);
      } else if (is_sql_file(base)) {
        source.skipped.push_back(file.name);
      }
    } else if (name->prefix == 'U') {
      add_undo(std::move(file), *name, undos);
    } else if (name->prefix == 'B') {
      source.baselines.push_back(finish(std::move(file), std::move(*name)));
    } else {
      source.files.push_back(finish(std::move(file), std::move(*name)));
    }
  }
  for (SourceFile& migration : source.files) {
    const auto undo = undos.find(version_key(migration.version));
    if (undo == undos.end() || migration.repeatable) continue;
    migration.down = CompanionText{std::move(undo->second.name), std::move(undo->second.text)};
    undos.erase(undo);
  }
  for (const auto& [key, undo] : undos) source.skipped.push_back(undo.name);  // of a version that is gone
  std::sort(source.callbacks.begin(), source.callbacks.end(), [](const Callback& a, const Callback& b) {
    return base_name(a.file.name) < base_name(b.file.name);
  });
}

void read_refinery_files(FileSet&& set, Source& source) {
  refuse_code(set);
  for (NamedText& file : set.files) {
    file.name.erase(0, directory_name(file.name).size());
    auto name = parse_flyway_name(file.name);
    const bool known = name && (name->prefix == 'V' || name->prefix == 'U') && !name->description.empty();
    if (!known) {
      if (is_sql_file(file.name)) source.skipped.push_back(file.name);
      continue;
    }
    SourceFile migration = migration_of(std::move(file), std::move(name->version),
                                        std::move(name->description), TextForm::plain);
    migration.any_order = name->prefix == 'U';
    source.files.push_back(std::move(migration));
  }
}

}  // namespace whimbrel
