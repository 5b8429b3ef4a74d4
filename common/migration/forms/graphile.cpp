// graphile-migrate: committed/000001-slug.sql with a header, fixtures for --!include. The current migration
// is work in progress: it is left out, as by `graphile-migrate migrate`.
#include <algorithm>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"
#include "common/migration/text_files.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::size_t kMaxIncludedBytes = kMaxMigrationBytes;

struct Header {
  std::string previous;  // "-" for the first
  std::string hash;
  std::string message;
  bool transaction = true;
};

Header read_header(std::string_view text) {
  Header header;
  for_each_line(text, [&header](std::string_view line, std::size_t) {
    if (trimmed(line).empty()) return true;
    if (!line.starts_with("--!")) return false;
    const std::string_view rest = trimmed(line.substr(3));
    const std::size_t colon = rest.find(':');
    const std::string_view key = rest.substr(0, colon);
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : trimmed(rest.substr(colon + 1));
    if (key == "Previous") header.previous = value;
    if (key == "Hash") header.hash = value;
    if (key == "Message") header.message = value;
    if (key == "no-transaction") header.transaction = false;
    return true;
  });
  return header;
}

// The path that a line includes; empty when it includes nothing.
std::string_view included_path(std::string_view line) {
  if (!line.starts_with("--!")) return {};
  const std::string_view rest = trimmed(line.substr(3));
  return rest.starts_with("include ") ? trimmed(rest.substr(8)) : std::string_view();
}

class Includer {
 public:
  explicit Includer(const FileSet& set) : set_(set) {}

  // The text with each included file in the place of its line.
  std::string expand(const std::string& name, const std::string& text) {
    open_.push_back(name);
    std::string expanded;
    std::size_t copied = 0;
    for_each_line(text, [&](std::string_view line, std::size_t offset) {
      const std::string_view path = included_path(line);
      if (path.empty()) return true;
      (expanded += text.substr(copied, offset - copied)) += included(name, text, offset, path);
      copied = offset + line.size();
      if (total_ += expanded.size(); total_ > kMaxIncludedBytes)
        fail(name, text, offset, "the included files are too large", {});
      return true;
    });
    expanded += text.substr(copied);
    open_.pop_back();
    return expanded;
  }

 private:
  [[noreturn]] static void fail(const std::string& name, const std::string& text, std::size_t offset,
                                const std::string& message, std::string hint) {
    throw Error(code::kMigrationSyntax, at_line("migration \"" + name + "\"", text, offset) + ": " + message,
                {}, std::move(hint));
  }

  std::string included(const std::string& name, const std::string& text, std::size_t offset,
                       std::string_view path) {
    const std::string shown = "\"" + std::string(path) + "\"";
    const bool outside = path.starts_with('/') || path.find("..") != std::string_view::npos ||
                         path.find('\\') != std::string_view::npos;
    if (outside)
      fail(name, text, offset, "--!include " + shown + " leads out of the directory",
           "Included files lie in the directory \"fixtures\" of the source.");
    const NamedText* file = nullptr;
    const std::string wanted = "fixtures/" + std::string(path);
    for (const NamedText& one : set_.files)
      if (one.name == wanted || one.name.ends_with("/" + wanted)) file = &one;
    if (file == nullptr)
      fail(name, text, offset, "--!include " + shown + ": there is no such file",
           "Included files lie in the directory \"fixtures\" of the source.");
    if (std::find(open_.begin(), open_.end(), file->name) != open_.end())
      fail(name, text, offset, "--!include " + shown + " includes itself", {});
    return expand(file->name, file->text);
  }

  const FileSet& set_;
  std::vector<std::string> open_;
  std::size_t total_ = 0;
};

}  // namespace

void read_graphile_files(FileSet&& set, Source& source) {
  struct Commit {
    const NamedText* file;
    std::string version;
    std::string slug;
    Header header;
  };
  std::vector<Commit> commits;
  for (const NamedText& file : set.files) {
    const std::string_view base = base_name(file.name);
    const std::string_view folder = directory_name(file.name);
    if (!is_sql_file(base) || folder == "fixtures/" || folder.find("fixtures/") != std::string_view::npos)
      continue;
    const std::size_t digits = leading_digits(base);
    const std::string_view rest = base.substr(digits, base.size() - digits - 4);
    if (digits < 6 || (!rest.empty() && rest[0] != '-')) {
      source.skipped.push_back(file.name);  // current.sql
      continue;
    }
    std::string slug(rest.empty() ? rest : rest.substr(1));
    std::replace(slug.begin(), slug.end(), '-', ' ');
    commits.push_back({&file, std::string(base.substr(0, digits)), std::move(slug), read_header(file.text)});
  }
  std::sort(commits.begin(), commits.end(),
            [](const Commit& a, const Commit& b) { return compare_versions(a.version, b.version) < 0; });
  std::string previous;
  for (Commit& commit : commits) {
    const std::string subject = "migration \"" + commit.file->name + "\"";
    if (commit.header.hash.empty())
      throw Error(
          code::kMigrationSyntax, subject + " has no line \"--! Hash:\"", {},
          "A committed migration of graphile-migrate begins with \"--! Previous:\" and \"--! Hash:\".");
    const std::string named = commit.header.previous == "-" ? "" : commit.header.previous;
    const bool first = &commit == commits.data();
    if (named != previous && !(first && leading_digits(commit.version) > 0 && named.empty()))
      throw Error(code::kMigrationSyntax, subject + " does not follow the one before it",
                  "Its line \"--! Previous:\" names " + (named.empty() ? "none" : named) +
                      ", and the migration before it has the hash " + (previous.empty() ? "-" : previous) +
                      ".",
                  "A committed migration is missing, or two branches committed the same number.");
    previous = commit.header.hash;
    NamedText text{std::string(base_name(commit.file->name)),
                   Includer(set).expand(commit.file->name, commit.file->text)};
    SourceFile migration = migration_of(
        std::move(text), std::move(commit.version),
        commit.header.message.empty() ? std::move(commit.slug) : std::move(commit.header.message),
        TextForm::graphile);
    migration.transaction = commit.header.transaction;
    source.files.push_back(std::move(migration));
  }
}

}  // namespace whimbrel
