#include "common/migration/validate.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>
#include <utility>

#include "common/error.h"
#include "common/migration/call_text.h"
#include "common/migration/file_name.h"
#include "common/migration/finding.h"
#include "common/migration/pending.h"
#include "common/migration/plan_rows.h"
#include "common/migration/roundtrip.h"
#include "common/migration/runner.h"
#include "common/migration/source.h"

namespace whimbrel {

namespace {

// Whether an error was found by us, by SQLite, or by a parser: then the call may go on.
bool leaves_nothing(const Error& error) {
  if (ends_call(error)) return false;
  for (const char* found : {"WB", "S", "22", "42601"})
    if (error.code.starts_with(found)) return true;
  return false;
}

// The same where nothing but a parser was asked: it has errors of many classes, as for what the server cannot
// do yet. Not where the server has no room, or is at fault.
bool is_of_text(const Error& error) {
  if (ends_call(error)) return false;
  for (const char* other : {"53", "54", "58", "XX"})
    if (error.code.starts_with(other)) return false;
  return true;
}

class Validator {
 public:
  Validator(Host& host, const ValidateOptions& options) : host_(host), options_(options) {}

  std::vector<Finding> run(const Cell& argument) {
    std::vector<Error> problems;
    source_ = read_source(host_, argument, options_.plan.form, &problems);
    for (const Error& problem : problems) findings_.push_back(finding_of(problem, {}));
    if (source_.form.empty()) return std::move(findings_);
    if (problems.empty() && !source_.directory.empty() && source_.files.empty() && source_.baselines.empty())
      add(Severity::warning, finding::kNoMigrations, nullptr,
          "no migration is in directory \"" + source_.directory + "\"");
    check_gaps();
    const History history = History::read(host_);
    check_missing(history);
    for (const SourceFile* file : files_in_force(source_, history)) check_file(*file, history);
    const bool sound = std::none_of(findings_.begin(), findings_.end(),
                                    [](const Finding& one) { return one.severity == Severity::error; });
    // What depends on several files is asked of the plan, which ends at its first error.
    if (sound) check_plan(history);
    if (sound && options_.level != ValidationLevel::static_) execute(argument);
    return std::move(findings_);
  }

 private:
  Finding& add(Severity severity, std::string_view code, const SourceFile* file, std::string message) {
    Finding& finding = findings_.emplace_back();
    if (file != nullptr) finding.file = shown_file(*file);
    finding.severity = severity;
    finding.code = code;
    finding.message = std::move(message);
    return finding;
  }

  template <typename Body>
  bool tell(const std::string& file, Body&& body) {
    try {
      body();
      return true;
    } catch (const Error& error) {
      if (!is_of_text(error)) throw;
      findings_.push_back(finding_of(error, file));
      return false;
    }
  }

  // Only where versions are counted, not dated.
  void check_gaps() {
    constexpr std::int64_t kLastCounted = 99'999;
    const SourceFile* before = nullptr;
    for (const SourceFile& file : source_.files) {
      if (file.repeatable) continue;
      std::int64_t version = 0, last = 0;
      const auto number = [](const SourceFile& one, std::int64_t& value) {
        const char* end = one.version.data() + one.version.size();
        const auto read = std::from_chars(one.version.data(), end, value);
        return read.ec == std::errc() && read.ptr == end && value <= kLastCounted;
      };
      if (before != nullptr && number(*before, last) && number(file, version) && version - last > 1)
        add(Severity::info, finding::kGap, &file,
            "there is no version between " + before->version + " and " + file.version);
      before = &file;
    }
  }

  void check_missing(const History& history) {
    std::unordered_set<const AppliedMigration*> found;
    for (const SourceFile* file : files_in_force(source_, history))
      found.insert(find_applied(history, *file));
    for (const AppliedMigration& applied : history.applied()) {
      if (found.contains(&applied)) continue;
      Finding& finding = add(Severity::warning, finding::kMissing, nullptr,
                             "version " + applied.version + " is applied and not in the source");
      finding.file = applied.file;
      finding.hint = "Its text is kept: " + call_about(host_, "migrate_sql", applied.version, "up") + ".";
    }
  }

  void check_file(const SourceFile& file, const History& history) {
    host_.check_interrupt();
    Form form;
    const Variables* variables = options_.plan.variables ? &*options_.plan.variables : nullptr;
    if (!tell(shown_file(file), [&] { form = read_form(host_, file, variables); })) return;
    const AppliedMigration* applied = find_applied(history, file);
    const bool may_run = applied == nullptr || file.repeatable;
    for (const PartKind kind : {PartKind::up, PartKind::verify, PartKind::down}) {
      if (kind == PartKind::verify && !options_.plan.verify) continue;
      for (const Part& part : form.parts_of(kind)) {
        tell(shown_file(file, kind), [&] {
          const Script checked(host_, part);
          if (may_run) checked.refuse_unfit(host_);
        });
      }
    }
    if (!form.has_down && !form.repeatable)
      add(Severity::info, finding::kNoDown, &file, file.subject() + " has no down part and cannot be undone");
    if (applied != nullptr) {
      check_applied(file, form, *applied);
    } else if (!form.repeatable && is_out_of_order(file, history.highest())) {
      Finding& finding = add(
          options_.plan.allow_out_of_order ? Severity::info : Severity::error, code::kOutOfOrder, &file,
          file.subject() + " is out of order: version " + history.highest()->version + " is already applied");
      finding.hint = "Give it a higher version, or let it run with the option \"out_of_order\":\"allow\".";
    }
  }

  void check_applied(const SourceFile& file, const Form& form, const AppliedMigration& applied) {
    if (applied.checksum.empty() || applied.checksum == file.checksum) return;
    if (compare_with_applied(file, form, applied) == Likeness::tokens) {
      add(Severity::info, finding::kCosmetic, &file,
          file.subject() + " has other comments, white space or line ends than when it was applied");
    } else if (!form.repeatable) {
      const std::string change = describe_change(host_, file, applied);
      add(Severity::error, code::kChangedMigration, &file,
          file.subject() + " was changed after it was applied" + (change.empty() ? "" : " (" + change + ")"))
          .hint = "Put the change into a new migration and restore this one: " +
                  call_about(host_, "migrate_sql", applied.version, "up") + " gives its text.";
    }
  }

  void check_plan(const History& history) {
    try {
      const std::vector<PlannedMigration> plan = make_plan(host_, source_, history, options_.plan);
      for (const PlannedStatement& statement : list_statements(host_, plan))
        for (const Hazard& hazard : statement.hazards) {
          Finding& finding = add(severity_of(hazard), hazard.kind, statement.migration->file, hazard.detail);
          finding.line = statement.line;
        }
    } catch (const Error& error) {
      if (error.code == code::kUnknownVersion || error.code == code::kInvalidOption || !leaves_nothing(error))
        throw;
      findings_.push_back(finding_of(error, {}));
    }
  }

  static Severity severity_of(const Hazard& hazard) {
    if (hazard.kind == hazard::kConstraintViolation || hazard.kind == hazard::kEnumValueUsed)
      return hazard.certain ? Severity::error : Severity::warning;
    return hazard.rows > 0 || hazard.kind == hazard::kIndexBuild ? Severity::warning : Severity::info;
  }

  // Those that a hazard already says would fail are run all the same: what was found out counts more.
  void execute(const Cell& argument) {
    const bool roundtrip = options_.level == ValidationLevel::roundtrip;
    std::vector<Finding> found = run_pending(host_, argument, options_.plan, roundtrip);
    if (std::ranges::all_of(found, [](const Finding& one) { return one.code == finding::kNotRestored; }))
      std::erase_if(findings_, [](const Finding& one) {
        return one.code == hazard::kConstraintViolation || one.code == hazard::kEnumValueUsed;
      });
    std::ranges::move(found, std::back_inserter(findings_));
  }

  Host& host_;
  const ValidateOptions& options_;
  Source source_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> validate_migrations(Host& host, const Cell& source, const ValidateOptions& options) {
  if (options.level != ValidationLevel::static_ && !host.may_write()) {
    throw Error(code::kInvalidCall,
                "migrate_validate() runs the migrations at this level and cannot stand in a FROM clause",
                "They are rolled back, but a table-valued function may not write.",
                "Call it by SELECT migrate_validate(...), its rows by SELECT value FROM "
                "json_each(migrate_validate(...)).");
  }
  return Validator(host, options).run(source);
}

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      break;
  }
  return "info";
}

}  // namespace whimbrel
