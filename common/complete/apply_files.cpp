#include "common/complete/apply_files.h"

#include <algorithm>

#include "common/error.h"
#include "common/migration/directory.h"

namespace whimbrel {

namespace {

using complete_file::Half;

constexpr std::size_t kMostOfFirstLine = 200;
constexpr std::size_t kTailChunk = 64 * 1024;

std::string_view suffix_of(Half half) {
  return half == Half::schema ? complete_file::kSchemaSuffix : complete_file::kDataSuffix;
}

// The timestamp in the name of a file of this kind, else "".
std::string_view timestamp_of(std::string_view name, Half half) {
  if (!name.ends_with(suffix_of(half))) return {};
  name.remove_suffix(suffix_of(half).size());
  return complete_file::is_timestamp(name) ? name : std::string_view();
}

std::string newest(const std::vector<std::string>& names, bool want_schema, bool want_data) {
  std::string found;
  for (const std::string& name : names) {
    if (want_schema) found = std::max(found, std::string(timestamp_of(name, Half::schema)));
    if (want_data) found = std::max(found, std::string(timestamp_of(name, Half::data)));
  }
  return found;
}

std::string read_at(const File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t got = file.read_at(offset + filled, bytes.data() + filled, size - filled);
    if (got == 0) break;
    filled += got;
  }
  bytes.resize(filled);
  return bytes;
}

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n' || line.back() == ' '))
    line.remove_suffix(1);
  return line;
}

// The end of the file that holds all of its digests: more of it is read until a line is none.
void read_end(CompleteFile& found) {
  const File& file = *found.file;
  for (std::size_t size = kTailChunk;; size *= 4) {
    const std::uint64_t from = file.size() > size ? file.size() - size : 0;
    const std::string tail = read_at(file, from, static_cast<std::size_t>(file.size() - from));
    std::string_view rest = without_line_end(tail);
    const auto last_line = [&] {
      const std::size_t line_end = rest.rfind('\n');
      const std::string_view line = rest.substr(line_end == std::string_view::npos ? 0 : line_end + 1);
      rest = line_end == std::string_view::npos ? std::string_view() : rest.substr(0, line_end);
      return without_line_end(line);
    };
    const std::optional<complete_file::EndLine> end = complete_file::read_end_line(last_line());
    if (!end)
      throw Error(code::kDamagedDocument, file.name() + " is not complete",
                  "Its last line must be the one that begins with \"-- whimbrel:end\".",
                  "Copy the file again, or export again.");
    found.end = *end;
    found.digests.clear();
    while (!rest.empty()) {
      const auto digest = complete_file::read_digest_line(last_line());
      if (!digest) {
        std::ranges::reverse(found.digests);
        return;
      }
      found.digests.push_back(*digest);
    }
    if (from == 0) {
      std::ranges::reverse(found.digests);
      return;
    }
  }
}

CompleteFile open_one(const std::string& path, Half half, const std::string& engine) {
  CompleteFile found;
  found.file = std::make_unique<File>(path);
  const std::string begin = read_at(*found.file, 0, kMostOfFirstLine);
  const auto first = complete_file::read_first_line(
      without_line_end(std::string_view(begin).substr(0, begin.find('\n'))), half);
  if (!first)
    throw Error(code::kDamagedDocument, found.file->name() + " is not a file of export_complete()",
                "Its first line must be the one that begins with \"-- whimbrel:\".",
                "Any other file of SQL is a migration: see migrate_apply().");
  if (first->engine != engine)
    throw Error(code::kUnsupported, found.file->name() + " is for " + first->engine + ", not for " + engine,
                "Types, names and literals differ.",
                "Export with the option \"dialect\", or move the rows as a JSON document.");
  found.first = *first;
  read_end(found);
  return found;
}

}  // namespace

CompleteFiles open_complete_files(const std::string& directory, std::string timestamp, bool want_schema,
                                  bool want_data, const std::string& engine) {
  const std::vector<std::string> names = list_sql_directory(directory);
  if (timestamp.empty()) timestamp = newest(names, want_schema, want_data);
  const auto open = [&](Half half) -> std::optional<CompleteFile> {
    const std::string name = timestamp + std::string(suffix_of(half));
    if (timestamp.empty() || std::ranges::find(names, name) == names.end()) return std::nullopt;
    return open_one(directory + (directory.ends_with('/') ? "" : "/") + name, half, engine);
  };
  CompleteFiles files;
  if (want_schema) files.schema = open(Half::schema);
  if (want_data) files.data = open(Half::data);
  const auto missing = [&](Half half) {
    return Error(code::kFile, "directory \"" + directory + "\" has no file \"" +
                                  (timestamp.empty() ? std::string("*") : timestamp) +
                                  std::string(suffix_of(half)) + "\"");
  };
  if (!files.schema && !files.data) throw missing(want_schema ? Half::schema : Half::data);
  // A half that was written as one stands for itself.
  if (want_schema && !files.schema && !files.data->first.alone) throw missing(Half::schema);
  if (want_data && !files.data && !files.schema->first.alone) throw missing(Half::data);
  return files;
}

}  // namespace whimbrel
