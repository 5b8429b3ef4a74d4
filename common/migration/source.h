// Where migrations come from: a directory, a JSON array of files that the client sends, or the table of
// registered migrations. A source is a sorted list of texts; nothing is parsed here, so that a run with
// nothing to do is cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/host.h"
#include "common/migration/directory.h"

namespace whimbrel {

// How the text of a file is to be read.
enum class TextForm : std::uint8_t {
  native,          // markers, or none at all
  dbmate,          // the same; a down part may be blank
  plain,           // the whole text is one part
  goose,           // -- +goose Up, -- +goose Down
  tern,            // up, ---- create above / drop below ----, down
  flyway,          // plain; a statement that cannot run in a transaction makes the whole so
  golang_migrate,  // plain; the same where it is the only statement
  graphile,        // plain; :NAME is a placeholder
  sqitch,          // plain; psql's variables are refused
  popx,            // plain; templates are refused
};

// A text that belongs to a migration and stands in a file of its own.
struct CompanionText {
  std::string name;  // "003_add_tags.down.sql"; empty where it is no file
  std::string text;
  bool transaction = true;
  bool by_running = false;  // a verify text: it holds when it runs without an error, and leaves nothing
};

// One migration of a source. What only its text says (markers) is not read yet: read_form() does that.
struct SourceFile {
  std::string name;                   // "003_add_tags.sql"; empty for a registered migration
  std::string version;                // "003"
  std::string description;            // from the name, or as it was registered
  std::string text;                   // the whole file, or the registered up SQL
  std::optional<CompanionText> down;  // where it is not in the text
  std::optional<CompanionText> verify;
  TextForm form = TextForm::native;
  bool transaction = true;  // what its name or a file beside it says; the text may say more
  bool repeatable = false;
  bool in_place = false;                  // a repeatable one that runs between the others, by its version
  bool any_order = false;                 // may run below an applied version
  std::vector<std::string> environments;  // as Form has them
  std::vector<std::string> labels;
  bool without_env = false;
  std::vector<std::string> required;
  std::size_t lines_before = 0;  // where the text is a piece of a file: how many lines of it come before
  std::string checksum;          // SHA-256 of the bytes of all its texts

  // `migration "003_add_tags.sql"`, for messages.
  std::string subject() const;
};

// A script that runs with the migrations without being one.
struct Callback {
  enum class Moment : std::uint8_t {
    before_all,         // before the first migration that runs
    before_each,        // before each
    after_each,         // behind each
    after_versioned,    // behind the last versioned one
    before_repeatable,  // before the first repeatable one
    after_all,          // behind the last
  };
  Moment moment = Moment::before_all;
  SourceFile file;
};

struct Source {
  bool given = false;                 // false: the registered migrations
  std::string directory;              // its path, of what comes from one
  std::string_view form;              // the tool that wrote the files: one of kFormNames
  std::vector<SourceFile> files;      // sorted by version, each version once
  std::vector<SourceFile> baselines;  // each replaces all versions up to its own in an empty history
  std::vector<Callback> callbacks;    // in the order in which those of one moment run
  std::vector<std::string> skipped;   // files that the form leaves out, for a notice
  // .sql files that nobody looked at: deeper, or in a directory of another dialect.
  std::vector<std::string> elsewhere;
};

// Reads the source; `argument` is the path or the JSON array, NULL for the registered migrations. `form`
// names the tool that the files are of; without it they are recognised (forms/forms.h). Asks for file access
// before it looks at a directory. Throws kInvalidOption (another form of registered ones), kFile,
// kBadFileName (also where .sql files are there and none of them is a migration), kDuplicateVersion,
// kMixedForms, kMigrationSyntax, kInvalidArgument, kInvalidJson. With `problems`, names without a version and
// versions that two files have are put there instead; such a file is left out, of two the first stays.
class SourceReading {
 public:
  // Begins with the files of a directory, so that they are read while the caller looks at the database. The
  // arguments must outlive it.
  SourceReading(Host& host, const Cell& argument, const std::optional<std::string>& form,
                std::vector<Error>* problems = nullptr);

  // About how many migrations there are, where that is known.
  std::size_t expected() const { return directory_ ? directory_->size() : 0; }
  // Once.
  Source finish();

 private:
  Host& host_;
  const Cell& argument_;
  const std::optional<std::string>& form_;
  std::vector<Error>* problems_;
  std::optional<SourceDirectory> directory_;
};

// All of it at once.
Source read_source(Host& host, const Cell& argument, const std::optional<std::string>& form = {},
                   std::vector<Error>* problems = nullptr);

// SourceFile::checksum: of the text alone where it is the only one.
std::string checksum_of(const SourceFile& file);

}  // namespace whimbrel
