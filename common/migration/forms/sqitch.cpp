// sqitch: a plan that gives the order, and for each change deploy/, revert/ and verify/ scripts. The version
// is the planned time, the description the change's name.
#include <algorithm>
#include <unordered_map>

#include "common/error.h"
#include "common/migration/forms/sqitch_plan.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

void read_sqitch_files(FileSet&& set, Source& source) {
  NamedText* plan = nullptr;
  std::unordered_map<std::string_view, NamedText*> by_path;
  for (NamedText& file : set.files) {
    by_path[file.name] = &file;
    if (base_name(file.name) != "sqitch.plan") continue;
    if (plan != nullptr)
      throw Error(code::kMixedForms, "two plans of sqitch: \"" + plan->name + "\" and \"" + file.name + "\"",
                  {}, "A source is one project.");
    plan = &file;
  }
  if (plan == nullptr)
    throw Error(
        code::kBadFileName, "the source has no sqitch.plan", {},
        "The plan gives the order of the changes; its directories deploy, revert and verify lie beside it.");
  const std::string root(directory_name(plan->name));
  const std::vector<SqitchChange> changes = parse_sqitch_plan("plan \"" + plan->name + "\"", plan->text);
  const auto script = [&](const std::string& path) -> NamedText* {
    const auto found = by_path.find(root + path);
    return found == by_path.end() ? nullptr : found->second;
  };
  for (const SqitchChange& change : changes) {
    const auto found =
        std::find_if(change.scripts.begin(), change.scripts.end(),
                     [&](const std::string& one) { return script("deploy/" + one + ".sql") != nullptr; });
    const std::string& called = found == change.scripts.end() ? change.scripts.front() : *found;
    const std::string name = called + ".sql";
    NamedText* deploy = script("deploy/" + name);
    if (deploy == nullptr)
      throw Error(code::kFile, "change \"" + change.name + "\" has no file \"deploy/" + name + "\"", {},
                  "Every change of the plan has its script in the directory deploy.");
    // One script may serve several names only by links, so that its text can be taken.
    SourceFile migration = migration_of(NamedText{"deploy/" + name, std::move(deploy->text)}, change.version,
                                        called, TextForm::sqitch);
    if (NamedText* revert = script("revert/" + name))
      migration.down = CompanionText{"revert/" + name, std::move(revert->text)};
    if (NamedText* verify = script("verify/" + name))
      migration.verify = CompanionText{"verify/" + name, std::move(verify->text), true, true};
    for (const std::size_t required : change.required)
      migration.required.push_back(changes[required].version);
    source.files.push_back(std::move(migration));
  }
}

}  // namespace whimbrel
