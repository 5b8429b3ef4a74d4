#include "sqlite_ext/savepoints.h"

#include <exception>
#include <iterator>

#include "common/schema/sqlite/names.h"
#include "sqlite_ext/foreign_keys.h"

namespace whimbrel::sqlite {

namespace {

bool removes_rows(std::string_view word) {
  return word == "drop" || word == "delete" || word == "replace" || word == "insert" || word == "with";
}

bool is_on(std::string_view value) {
  const bool number = !value.empty() && value.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? value.find_first_not_of('0') != std::string_view::npos
                : value == "on" || value == "yes" || value == "true";
}

}  // namespace

void Savepoints::run(const char* command, std::size_t number) {
  Cached(statements_, command + ("whimbrel_" + std::to_string(number)))->run();
}

void Savepoints::begin() {
  if (levels_.empty()) callers_references_are_open_ = has_open_references(db_);
  run("SAVEPOINT ", levels_.size() + 1);
  levels_.emplace_back();
}

void Savepoints::begin_part() { levels_.emplace_back().is_part = true; }

void Savepoints::finish_references() {
  ReferenceGuard* const references = levels_.back().references.get();
  if (references == nullptr) return;
  for (const std::string& note : references->finish()) host_.notice(NoticeLevel::notice, note);
}

void Savepoints::restore_settings() {
  const Level& level = levels_.back();
  if (level.settings.has_value()) level.settings->restore();
}

// Whatever may fail comes first, while there is something to roll back to.
void Savepoints::release() {
  finish_references();
  restore_settings();
  run("RELEASE ", levels_.size());
  levels_.pop_back();
}

// References that the caller's transaction has left open may wait for its end.
void Savepoints::end_like_transaction() {
  finish_references();
  levels_.back().references.reset();
  if (!callers_references_are_open_) refuse_open_references(db_, {});
}

void Savepoints::end_part() {
  finish_references();
  restore_settings();
  levels_.pop_back();
}

void Savepoints::roll_back() {
  std::size_t number = levels_.size();
  while (levels_[number - 1].is_part) --number;
  std::exception_ptr failed;  // interrupted: what was set goes back all the same
  try {
    if (sqlite3_get_autocommit(db_) == 0) {
      run("ROLLBACK TO ", number);
      run("RELEASE ", number);
    }
  } catch (...) {
    failed = std::current_exception();
  }
  const auto first = levels_.begin() + static_cast<std::ptrdiff_t>(number - 1);
  std::vector<Level> ended(std::make_move_iterator(first), std::make_move_iterator(levels_.end()));
  levels_.erase(first, levels_.end());
  for (; !ended.empty(); ended.pop_back()) {
    ended.back().references.reset();
    if (ended.back().settings.has_value()) ended.back().settings->restore();
  }
  if (failed) std::rethrow_exception(failed);
}

ReferenceGuard& Savepoints::references() {
  Level& level = levels_.back();
  if (level.references == nullptr) level.references = std::make_unique<ReferenceGuard>(db_);
  return *level.references;
}

bool Savepoints::set_foreign_keys(const Pragma& pragma) {
  if (!pragma.argument.has_value()) return false;
  const bool on = is_on(*pragma.argument);
  if (pragma.name == "foreign_keys") {
    references().set_enforced(on);
    return true;
  }
  return pragma.name == "defer_foreign_keys" && !references().may_set_deferred(on);
}

bool Savepoints::prepare_pragma(const Pragma& pragma) {
  if (levels_.empty()) return true;
  if (set_foreign_keys(pragma)) return false;
  std::optional<SessionSettings>& settings = levels_.back().settings;
  if (!settings.has_value()) settings.emplace(db_);
  settings->remember(pragma);
  return true;
}

bool Savepoints::drops_parent(std::string_view word, std::string_view sql) {
  if (levels_.empty() || !removes_rows(word)) return false;
  const bool watched = levels_.back().references != nullptr;
  if (!watched && !foreign_keys_enforced(db_)) return false;
  const std::optional<StatementTarget> target = target_of(sql);
  return target.has_value() && references().watch(*target);
}

void Savepoints::follow_rename(const StatementTarget& target) {
  if (target.verb == StatementTarget::Verb::rename_table && !levels_.empty() &&
      levels_.back().references != nullptr)
    references().rename(target.table, lower_name(target.new_name));
}

}  // namespace whimbrel::sqlite
