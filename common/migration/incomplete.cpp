#include "common/migration/incomplete.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/migration/call_text.h"

namespace whimbrel {

namespace {

[[noreturn]] void fail(const std::string& subject, const std::string& note, std::string_view begun,
                       std::string hint) {
  throw Error(
      code::kIncomplete, subject + " is not complete: " + note,
      "A call of migrate_run has begun " + std::string(begun) + ", and its statements run one by one.",
      std::move(hint));
}

// Of one that nobody goes on with.
[[noreturn]] void fail_left(Host& host, const History& history, const std::string& version,
                            const std::string& note) {
  const std::string give_up = "; or give it up: " + call_about(host, "migrate_repair", version) + ".";
  if (const AppliedMigration* applied = history.find(version))
    fail(applied->subject(), note, "to undo it",
         "Call " + call_to_undo(host, version) + ", which goes on where it stopped" + give_up);
  fail("migration \"" + version + "\"", note, "it",
       "Call migrate_run with all of the migrations, which goes on where it stopped" + give_up);
}

}  // namespace

std::map<std::string, Incomplete> refuse_incomplete(Host& host, const History& history,
                                                    const std::vector<PlannedMigration>& plan,
                                                    Resumes resumes) {
  std::map<std::string, Incomplete> incomplete = read_incomplete(host);
  for (const auto& entry : incomplete) {
    const std::string& version = entry.first;
    const std::string& note = entry.second.note;
    const auto planned = std::ranges::find_if(
        plan, [&](const PlannedMigration& each) { return each.file->version == version; });
    if (planned != plan.end()) {
      if (resumes == Resumes::no)
        fail(planned->file->subject(), note, "it", "Call migrate_run, which goes on where it stopped.");
    } else if (entry.second.touched) {
      fail_left(host, history, version, note);
    }
  }
  return incomplete;
}

void refuse_others_incomplete(Host& host, const History& history, std::span<const std::string> own) {
  for (const auto& [version, one] : read_incomplete(host))
    if (one.touched && std::ranges::find(own, version) == own.end())
      fail_left(host, history, version, one.note);
}

}  // namespace whimbrel
