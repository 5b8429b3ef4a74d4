#include "common/migration/adopt/applied_files.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>

#include "common/error.h"

namespace whimbrel {

namespace {

std::string with_line_ends(const std::string& text, bool carriage_returns) {
  std::string changed;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n' && carriage_returns) changed += '\r';
    changed += c;
  }
  return changed;
}

SourceFile with_line_ends(const SourceFile& file, bool carriage_returns) {
  SourceFile other = file;
  other.text = with_line_ends(file.text, carriage_returns);
  return other;
}

[[noreturn]] void fail_changed(const ForeignTool& tool, const ComparedFile& one, const std::string& now) {
  const std::string name(tool.name);
  throw Error(
      code::kChangedMigration, one.file->subject() + " was changed after " + name + " applied it",
      "The table has the checksum " + std::string(one.checksum) + ", the file has " + now + ".",
      "Restore the file as it was; or adopt without the option \"source\": then no text is compared.");
}

void check_alone(const ForeignTool& tool, const ComparedFile& one) {
  if (one.file == nullptr || one.checksum.empty()) return;
  const std::string now = tool.checksum_of(*one.file);
  if (now.empty() || now == one.checksum) return;
  for (const bool carriage_returns : {false, true})
    if (tool.checksum_of(with_line_ends(*one.file, carriage_returns)) == one.checksum) return;
  fail_changed(tool, one, now);
}

// The files in the tool's order, and their checksums as they are and with either line end in all of them.
struct Chain {
  std::vector<const SourceFile*> files;
  std::array<std::vector<std::string>, 3> checksums;

  bool has(std::size_t place, std::string_view checksum) const {
    for (const auto& some : checksums)
      if (some[place] == checksum) return true;
    return false;
  }
};

Chain chain_of(const ForeignTool& tool, const Source& source) {
  Chain chain;
  for (const auto* files : {&source.files, &source.baselines})
    for (const SourceFile& file : *files) chain.files.push_back(&file);
  chain.checksums[0] = tool.chained_checksums(chain.files);
  for (const bool carriage_returns : {false, true}) {
    std::deque<SourceFile> changed;
    std::vector<const SourceFile*> others;
    for (const SourceFile* file : chain.files)
      others.push_back(&changed.emplace_back(with_line_ends(*file, carriage_returns)));
    chain.checksums[carriage_returns ? 2 : 1] = tool.chained_checksums(others);
  }
  return chain;
}

// A checksum that differs speaks of the file itself only where the file in front of it is known to be the
// same, and nothing was applied between the two.
void check_chained(const ForeignTool& tool, const Source& source, std::span<const ComparedFile> applied) {
  std::unordered_map<const SourceFile*, std::size_t> places;  // in the order of application
  for (std::size_t i = 0; i < applied.size(); ++i)
    if (applied[i].file != nullptr) places.emplace(applied[i].file, i);
  const Chain chain = chain_of(tool, source);
  bool same_before = true;
  std::size_t next = 0;  // the place of a file that was applied directly behind the one before
  for (std::size_t i = 0; i < chain.files.size(); ++i) {
    const auto place = places.find(chain.files[i]);
    const bool comparable =
        place != places.end() && !applied[place->second].checksum.empty() && !chain.checksums[0][i].empty();
    if (!comparable) {
      same_before = false;
      continue;
    }
    const ComparedFile& one = applied[place->second];
    const bool same = chain.has(i, one.checksum);
    if (!same && same_before && place->second == next) fail_changed(tool, one, chain.checksums[0][i]);
    if (!same)
      (*one.note += one.note->empty() ? "" : "; ") +=
          "not compared: its checksum covers the files in front of it, which are others now";
    same_before = same;
    next = place->second + 1;
  }
}

}  // namespace

std::vector<std::string> keys_of(const ForeignTool& tool, const SourceFile& file) {
  std::vector<std::string> keys = {tool.key_of(file)};
  if (!tool.key_is_checksum) return keys;
  for (const bool carriage_returns : {false, true})
    keys.push_back(tool.key_of(with_line_ends(file, carriage_returns)));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

void check_applied_files(const ForeignTool& tool, const Source& source,
                         std::span<const ComparedFile> applied) {
  if (tool.chained_checksums != nullptr) check_chained(tool, source, applied);
  if (tool.checksum_of == nullptr) return;
  for (const ComparedFile& one : applied) check_alone(tool, one);
}

}  // namespace whimbrel
