#include "common/migration/reset.h"

#include "common/error.h"
#include "common/migration/history.h"
#include "common/migration/incomplete.h"
#include "common/migration/journal.h"
#include "common/migration/rehearsal.h"
#include "common/migration/rollback.h"
#include "common/stopwatch.h"

namespace whimbrel {

namespace {

// The database's name; of a file the last part of its path.
std::string short_name(const std::string& database) { return database.substr(database.rfind('/') + 1); }

void require_confirmation(const Host& host, const ResetOptions& options) {
  if (options.dry_run) return;
  const std::string& database = host.dialect().database;
  const std::string name = short_name(database);
  if (options.confirm && (*options.confirm == database || *options.confirm == name)) return;
  const std::string what =
      options.mode == ResetMode::down ? "undoes all migrations of" : "drops everything in";
  throw Error(code::kNotConfirmed,
              "migrate_reset " + what + " database \"" + name + "\", which " +
                  (options.confirm ? "\"" + *options.confirm + "\" does not name"
                                   : std::string("the option \"confirm\" does not name")),
              {}, "Repeat the call with \"confirm\": \"" + name + "\".");
}

void drop_everything(Host& host, const History& history, const ResetOptions& options,
                     std::vector<Outcome>& outcomes) {
  const Stopwatch watch;
  const std::vector<std::string> objects = host.drop_objects(options.schemas);
  const double duration_ms = watch.milliseconds();
  HistoryWriter writer(host);
  for (auto one = history.applied().rbegin(); one != history.applied().rend(); ++one) {
    writer.erase(one->version);
    writer.log({"reset", one->version, one->description, "forgotten", 0, 0, 0, "everything was dropped"});
    outcomes.push_back({one->version, std::string(one->description),
                        options.dry_run ? "would_reset" : "reset", 0, 0, 0, std::nullopt});
  }
  for (const auto& [version, one] : read_incomplete(host)) Journal(host).erase(version);
  std::string detail;
  for (const std::string& object : objects) (detail += detail.empty() ? "" : ", ") += object;
  writer.log({"reset", {}, {}, "dropped", duration_ms, static_cast<std::int64_t>(objects.size()), 0, detail});
  writer.flush();
  for (const std::string& object : objects)
    outcomes.push_back({{}, object, options.dry_run ? "would_drop" : "dropped", 1, 0, 0, std::nullopt});
}

}  // namespace

std::vector<Outcome> reset_migrations(Host& host, const ResetOptions& options) {
  if (options.mode == ResetMode::down && !options.schemas.empty()) {
    throw Error(code::kInvalidOption, "option \"schemas\" is for the mode \"drop\" only",
                "In the mode \"down\" the down parts say what is undone.");
  }
  require_confirmation(host, options);
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.dry_run, outcomes, [&] {
    host.lock_migrations();
    host.ensure_own_tables(OwnTables::migrations);
    const History history = History::read(host);
    if (options.mode == ResetMode::drop) {
      drop_everything(host, history, options, outcomes);
    } else {
      refuse_others_incomplete(host, history);
      undo_migrations(host, history, choose_undone(host, history, nullptr), "reset", options.dry_run,
                      outcomes);
    }
  });
  return outcomes;
}

}  // namespace whimbrel
