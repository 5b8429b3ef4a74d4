#include "common/migration/finding.h"

#include <charconv>
#include <string_view>

namespace whimbrel {

namespace {

std::optional<std::int64_t> number_behind(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const char* begin = text.data() + at + word.size();
    std::int64_t number = 0;
    if (std::from_chars(begin, text.data() + text.size(), number).ec == std::errc()) return number;
  }
  return std::nullopt;
}

// The last file that the message names in quotes: of two of one version the second.
std::string named_file(std::string_view message) {
  const std::size_t end = message.rfind(".sql\"");
  if (end == std::string_view::npos) return {};
  const std::size_t begin = message.rfind('"', end);
  if (begin == std::string_view::npos) return {};
  return std::string(message.substr(begin + 1, end + 4 - begin - 1));
}

}  // namespace

std::string shown_file(const SourceFile& file) { return file.name.empty() ? file.version : file.name; }

std::string shown_file(const SourceFile& file, PartKind part) {
  const std::optional<CompanionText>& own = part == PartKind::verify ? file.verify : file.down;
  return part != PartKind::up && own && !own->name.empty() ? own->name : shown_file(file);
}

Finding finding_of(const Error& error, std::string file) {
  Finding finding;
  finding.file = file.empty() ? named_file(error.message) : std::move(file);
  finding.line = number_behind(error.message, ", line ");
  if (!finding.line) finding.line = number_behind(error.where, ", line ");
  if (finding.line) finding.column = number_behind(error.where, ", column ");
  finding.code = error.code;
  finding.message = error.message;
  if (!error.detail.empty()) finding.message += " (" + error.detail + ")";
  finding.hint = error.hint;
  return finding;
}

}  // namespace whimbrel
