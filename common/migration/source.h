// Where migrations come from: a directory, a JSON array of files that the client sends, or the table of
// registered migrations. A source is a sorted list of texts; nothing is parsed here, so that a run with
// nothing to do is cheap.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/host.h"

namespace whimbrel {

// How the text of a file is to be read.
enum class TextForm : std::uint8_t {
  native,  // markers, or none at all
  plain,   // the whole text is one part
};

// A text that belongs to a migration and stands in a file of its own.
struct CompanionText {
  std::string name;  // "003_add_tags.down.sql"; empty where it is no file
  std::string text;
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
  std::vector<std::string> required;
  std::string checksum;  // SHA-256 of the bytes of all its texts

  // `migration "003_add_tags.sql"`, for messages.
  std::string subject() const;
};

struct Source {
  bool given = false;             // false: the registered migrations
  std::vector<SourceFile> files;  // sorted by version, each version once
};

// Reads the source; `argument` is the path or the JSON array, NULL for the registered migrations. Asks for
// file access before it looks at a directory. Throws kFile, kBadFileName, kDuplicateVersion,
// kInvalidArgument, kInvalidJson.
// With `problems`, names without a version and versions that two files have are put there instead; such a
// file is left out, of two the first stays.
Source read_source(Host& host, const Cell& argument, std::vector<Error>* problems = nullptr);

// SourceFile::checksum: of the text alone where it is the only one.
std::string checksum_of(const SourceFile& file);

}  // namespace whimbrel
