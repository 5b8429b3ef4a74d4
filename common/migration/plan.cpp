#include "common/migration/plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/error.h"
#include "common/migration/call_text.h"
#include "common/migration/file_name.h"
#include "common/migration/pending.h"

namespace whimbrel {

namespace {

bool file_is_named(const SourceFile& file, const std::string& wanted) {
  return is_named(file.version, file.name, wanted);
}

class Planner {
 public:
  Planner(Host& host, const Source& source, const History& history, const PlanOptions& options)
      : host_(host), source_(source), history_(history), options_(options) {}

  std::vector<PlannedMigration> make() {
    if (options_.steps && *options_.steps < 1) {
      throw Error(code::kInvalidOption,
                  "option \"steps\" must be at least 1, not " + std::to_string(*options_.steps));
    }
    check_target();
    plan_.reserve(source_.files.size() - std::min(source_.files.size(), history_.applied().size()));
    for (const SourceFile* file : files_in_force(source_, history_)) {
      if (!is_chosen(*file)) continue;
      if (const AppliedMigration* applied = find_applied(history_, *file)) {
        compare(*file, *applied);
      } else {
        take_pending(*file);
      }
    }
    if (!left_behind_) std::move(repeatable_.begin(), repeatable_.end(), std::back_inserter(plan_));
    check_requirements();
    for (PlannedMigration& migration : plan_) make_scripts(migration);
    add_callbacks();
    return std::move(plan_);
  }

 private:
  const Variables* variables() const { return options_.variables ? &*options_.variables : nullptr; }

  bool is_chosen(const SourceFile& file) const {
    return !options_.only ||
           std::any_of(options_.only->begin(), options_.only->end(), [&file](const std::string& version) {
             return compare_versions(version, file.version) == 0;
           });
  }

  void check_target() const {
    if (!options_.target || history_.find(*options_.target) != nullptr) return;
    for (const SourceFile& file : source_.files)
      if (compare_versions(file.version, *options_.target) == 0) return;
    throw Error(code::kUnknownVersion, "there is no migration of version \"" + *options_.target + "\"", {},
                "The option \"target\" names the last version to apply.");
  }

  void compare(const SourceFile& file, const AppliedMigration& applied) {
    if (applied.checksum.empty() || applied.checksum == file.checksum) return;
    Form form = read_form(host_, file, variables());
    if (compare_with_applied(file, form, applied) == Likeness::tokens) {
      host_.notice(NoticeLevel::notice,
                   file.subject() + " has other comments, white space or line ends than when it was applied");
    } else if (form.repeatable) {
      if (is_for_other_environment(form, options_.environments)) return;
      if (!file.in_place)
        add_behind(file, std::move(form));
      else if (!is_left_behind(file))
        add(plan_, file, std::move(form));
    } else {
      throw Error(code::kChangedMigration, file.subject() + " was changed after it was applied",
                  describe_change(host_, file, applied),
                  "Put the change into a new migration and restore this one (" +
                      call_about(host_, "migrate_sql", applied.version, "up") +
                      " gives its text); or undo it with migrate_rollback before you apply it again; "
                      "or accept the new text with " +
                      call_to_accept(host_, applied.version, source_) + ".");
    }
  }

  // Behind the target or the last step nothing is read: it may wait for a later day.
  void take_pending(const SourceFile& file) {
    if (is_left_behind(file)) {
      left_behind_ = true;
      return;
    }
    Form form = read_form(host_, file, variables());
    if (is_for_other_environment(form, options_.environments)) return;
    if (form.repeatable && !file.in_place) {
      add_behind(file, std::move(form));
    } else {
      if (!form.repeatable) check_order(file);
      add(plan_, file, std::move(form));
    }
  }

  bool is_left_behind(const SourceFile& file) const {
    return (options_.target && compare_versions(file.version, *options_.target) > 0) ||
           (options_.steps && plan_.size() >= static_cast<std::size_t>(*options_.steps));
  }

  void check_order(const SourceFile& file) const {
    const AppliedMigration* highest = history_.highest();
    if (options_.allow_out_of_order || file.any_order || !is_out_of_order(file, highest)) return;
    throw Error(code::kOutOfOrder,
                file.subject() + " is out of order: version " + highest->version + " is already applied",
                "Migrations run in the order of their versions, and " + file.version + " is below " +
                    highest->version + ".",
                "Give it a version above " + highest->version + "; or undo the versions above " +
                    file.version +
                    " with migrate_rollback and apply all of them again in order; or let it run now with the "
                    "option \"out_of_order\":\"allow\".");
  }

  void add(std::vector<PlannedMigration>& to, const SourceFile& file, Form&& form) const {
    PlannedMigration& planned = to.emplace_back();
    planned.file = &file;
    planned.description = description_of(file, form);
    planned.form = std::move(form);
    planned.texts = texts_of(planned.form);
  }

  void add_behind(const SourceFile& file, Form&& form) {
    add(repeatable_, file, std::move(form));
    repeatable_.back().behind_others = true;
  }

  void check_requirements() const {
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      for (const std::string& required : plan_[i].form.required) {
        const bool comes_before =
            std::any_of(plan_.begin(), plan_.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const PlannedMigration& other) { return file_is_named(*other.file, required); });
        if (comes_before || is_applied(required)) continue;
        throw Error(code::kRequirement,
                    plan_[i].file->subject() + " requires \"" + required + "\", which is not applied", {},
                    "Apply that one first: it must be in the source, below this one, and not left out by the "
                    "option \"env\".");
      }
    }
  }

  bool is_applied(const std::string& required) const {
    if (history_.find(required) != nullptr) return true;
    return std::any_of(source_.files.begin(), source_.files.end(), [&](const SourceFile& file) {
      return file_is_named(file, required) && find_applied(history_, file) != nullptr;
    });
  }

  void make_scripts(PlannedMigration& migration) const {
    for (const Part& part : migration.form.parts_of(PartKind::up)) migration.up.emplace_back(host_, part);
    if (options_.verify)
      for (const Part& part : migration.form.parts_of(PartKind::verify))
        migration.verify.emplace_back(host_, part);
    for (const Part& part : migration.form.parts_of(PartKind::down)) check_down(*migration.file, part);
  }

  // It only has to pass: it runs from the database, much later. A faulty file of its own keeps nobody from
  // going forward.
  void check_down(const SourceFile& file, const Part& part) const {
    try {
      const Script checked(host_, part);
    } catch (const Error& error) {
      if (ends_call(error) || !file.down || file.down->name.empty()) throw;
      host_.notice(NoticeLevel::warning, error.message + "; until it is mended, and " +
                                             call_to_accept(host_, file.version, source_) +
                                             " has taken it over, " + file.subject() + " cannot be undone");
    }
  }

  // A callback runs with the migration that it stands beside: in its savepoint, as a part of its script.
  void add_callbacks() {
    using Moment = Callback::Moment;
    if (source_.callbacks.empty() || plan_.empty()) return;
    const auto repeatable = begin_of_repeatable(plan_);
    for (auto one = plan_.begin(); one != plan_.end(); ++one) {
      std::vector<Script> scripts;
      if (one == plan_.begin()) add_callbacks(scripts, Moment::before_all);
      if (one == repeatable) add_callbacks(scripts, Moment::before_repeatable);
      add_callbacks(scripts, Moment::before_each);
      std::move(one->up.begin(), one->up.end(), std::back_inserter(scripts));
      add_callbacks(scripts, Moment::after_each);
      if (one + 1 == repeatable) add_callbacks(scripts, Moment::after_versioned);
      if (one + 1 == plan_.end()) add_callbacks(scripts, Moment::after_all);
      one->up = std::move(scripts);
    }
  }

  void add_callbacks(std::vector<Script>& to, Callback::Moment moment) {
    for (const Callback& callback : source_.callbacks) {
      if (callback.moment != moment) continue;
      Form form = read_form(host_, callback.file, variables());
      for (const Part& part : form.parts) to.emplace_back(host_, part);
      std::move(form.kept_texts.begin(), form.kept_texts.end(),
                std::back_inserter(plan_.back().form.kept_texts));
    }
  }

  Host& host_;
  const Source& source_;
  const History& history_;
  const PlanOptions& options_;
  std::vector<PlannedMigration> plan_;
  std::vector<PlannedMigration> repeatable_;
  bool left_behind_ = false;
};

}  // namespace

std::vector<PlannedMigration> make_plan(Host& host, const Source& source, const History& history,
                                        const PlanOptions& options) {
  return Planner(host, source, history, options).make();
}

bool is_named(std::string_view version, std::string_view file_name, std::string_view wanted) {
  if (wanted.empty()) return false;
  if (is_version(wanted) && compare_versions(version, wanted) == 0) return true;
  const std::string_view stem = file_name.substr(0, file_name.rfind('.'));
  return file_name == wanted || stem == wanted ||
         (stem.size() > wanted.size() && stem.ends_with(wanted) &&
          stem.substr(0, stem.size() - wanted.size() - 1) == version);
}

bool is_for_other_environment(const Form& form, const std::vector<std::string>& environments) {
  if (form.without_env && environments.empty()) return false;
  const auto lacks_all = [&environments](const std::vector<std::string>& wanted) {
    return !wanted.empty() && std::ranges::find_first_of(wanted, environments) == wanted.end();
  };
  return lacks_all(form.environments) || lacks_all(form.labels);
}

}  // namespace whimbrel
