#include "common/migration/forms/sqitch_plan.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/form.h"
#include "common/migration/forms/marks.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

class PlanReader {
 public:
  PlanReader(std::string_view subject, std::string_view text) : subject_(subject), text_(text) {}

  std::vector<SqitchChange> read() {
    for_each_line(text_, [this](std::string_view line, std::size_t offset) {
      offset_ = offset;
      line = trimmed(line);
      if (line.empty() || line[0] == '#') return true;
      if (line[0] == '%') {
        read_pragma(line.substr(1));
      } else if (line[0] == '@') {
        read_tag(line.substr(1));
      } else {
        read_change(line);
      }
      return true;
    });
    return std::move(changes_);
  }

 private:
  [[noreturn]] void fail(const std::string& message, std::string hint = {},
                         std::string_view error_code = code::kMigrationSyntax) const {
    throw Error(error_code, at_line(subject_, text_, offset_) + ": " + message, {}, std::move(hint));
  }

  void read_pragma(std::string_view pragma) {
    const std::size_t equals = pragma.find('=');
    const std::string_view name = trimmed(pragma.substr(0, equals));
    if (name == "syntax-version" && equals != std::string_view::npos &&
        !trimmed(pragma.substr(equals + 1)).starts_with("1."))
      fail("a plan of syntax version " + std::string(trimmed(pragma.substr(equals + 1))));
    if (name == "project" && equals != std::string_view::npos) project_ = trimmed(pragma.substr(equals + 1));
  }

  void read_tag(std::string_view rest) {
    const std::string tag(take_word(rest));
    if (changes_.empty()) fail("tag @" + tag + " stands in front of all changes");
    if (!tags_.emplace(tag, changes_.size()).second) fail("tag @" + tag + " stands twice");
    latest_tags_.insert(std::find_if(latest_tags_.begin(), latest_tags_.end(),
                                     [&](const auto& one) { return one.second < changes_.size(); }),
                        {tag, changes_.size()});
  }

  static std::string_view take_word(std::string_view& rest) {
    rest = trimmed(rest);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(word.size());
    return word;
  }

  void read_change(std::string_view line) {
    if (line[0] == '-')
      fail("a revert in the plan", "Take the change itself out of the plan.", code::kUnsupported);
    if (line[0] == '+') line.remove_prefix(1);
    SqitchChange change;
    change.name = take_word(line);
    if (change.name.find('/') == 0 || change.name.find("..") != std::string::npos ||
        change.name.find_first_of("@:#\\[]") != std::string::npos)
      fail("\"" + change.name + "\" cannot be the name of a change");
    line = trimmed(line);
    const auto before = latest_.find(change.name);
    if (line.starts_with('[')) {
      const std::size_t end = line.find(']');
      if (end == std::string_view::npos) fail("the list of dependencies is not closed");
      for (std::string_view list = line.substr(1, end - 1); !trimmed(list).empty();) {
        const std::string_view one = take_word(list);
        if (one.empty()) break;
        read_dependency(change, one);
      }
      line.remove_prefix(end + 1);
    }
    read_version(change, take_word(line));
    if (const std::size_t hash = line.find('#'); hash != std::string_view::npos)
      change.note = note_of(trimmed(line.substr(hash + 1)));
    if (before != latest_.end()) rework(before->second, change.name);
    change.scripts = {change.name};
    latest_[change.name] = changes_.size();
    all_[change.name].push_back(changes_.size());
    changes_.push_back(std::move(change));
  }

  static std::string note_of(std::string_view text) {
    std::string note;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r')) {
        note += ' ';
        ++i;
      } else {
        note += text[i];
      }
    }
    return note;
  }

  // The scripts of the earlier one carry a tag between the two: sqitch writes the last one at that time.
  void rework(std::size_t earlier, const std::string& name) {
    std::vector<std::string>& scripts = changes_[earlier].scripts;
    scripts.clear();
    for (const auto& [tag, behind] : latest_tags_)
      if (behind > earlier) scripts.push_back(name + "@" + tag);
    if (scripts.empty())
      fail("change \"" + name + "\" stands twice, without a tag between",
           "A change is reworked only behind a tag.");
  }

  void read_dependency(SqitchChange& change, std::string_view one) {
    const bool conflict = one[0] == '!';
    if (conflict) one.remove_prefix(1);
    if (const std::size_t colon = one.find(':'); colon != std::string_view::npos) {
      if (one.substr(0, colon) != project_)
        fail("\"" + std::string(one) + "\" is a change of another project",
             "Take the dependency out of the plan, and apply that project first.", code::kUnsupported);
      one.remove_prefix(colon + 1);
    }
    const std::optional<std::size_t> found = find(one);
    if (conflict) {
      if (found)
        fail("change \"" + change.name + "\" conflicts with \"" + std::string(one) +
                 "\", which comes before it",
             "Take one of the two out of the plan.", code::kRequirement);
      return;
    }
    if (!found)
      fail("change \"" + change.name + "\" requires \"" + std::string(one) +
               "\", which does not come before it",
           {}, code::kRequirement);
    change.required.push_back(*found);
  }

  // name, @tag, name@tag: the latest one up to the tag.
  std::optional<std::size_t> find(std::string_view one) const {
    const std::size_t at = one.find('@');
    std::size_t below = changes_.size();
    if (at != std::string_view::npos) {
      const std::string_view tag = one.substr(at + 1);
      if (tag != "HEAD" && tag != "ROOT") {
        const auto known = tags_.find(std::string(tag));
        if (known == tags_.end()) return std::nullopt;
        below = known->second;
      }
      if (at == 0) return below - 1;
    }
    const auto known = all_.find(std::string(one.substr(0, at)));
    if (known == all_.end()) return std::nullopt;
    std::optional<std::size_t> found;
    for (const std::size_t index : known->second)
      if (index < below) found = index;
    return found;
  }

  void read_version(SqitchChange& change, std::string_view time) {
    std::string digits;
    for (const char c : time)
      if (is_digit(c)) digits += c;
    if (digits.size() != 14 || !time.ends_with('Z'))
      fail("change \"" + change.name + "\" has no planned time, such as 2021-04-01T12:18:21Z");
    if (changes_.empty() || compare_versions(digits, changes_.back().version) > 0) {
      change.version = digits;
      suffix_ = 0;
      base_ = digits;
    } else {  // planned on another branch, and merged behind it
      change.version = base_ + "." + std::to_string(++suffix_);
    }
  }

  std::string_view subject_;
  std::string_view text_;
  std::size_t offset_ = 0;
  std::string project_;
  std::map<std::string, std::size_t> tags_;  // how many changes come before
  // The same, those behind the latest change first; those behind one change as they stand.
  std::vector<std::pair<std::string, std::size_t>> latest_tags_;
  std::map<std::string, std::size_t> latest_;
  std::map<std::string, std::vector<std::size_t>> all_;
  std::string base_;
  std::size_t suffix_ = 0;
  std::vector<SqitchChange> changes_;
};

}  // namespace

std::vector<SqitchChange> parse_sqitch_plan(std::string_view subject, std::string_view text) {
  return PlanReader(subject, text).read();
}

}  // namespace whimbrel
