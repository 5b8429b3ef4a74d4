// The native form of a migration's text: markers (-- migrate:up, -- migrate:down, -- migrate:verify) that
// open its parts, header comments, and the checksum of its tokens. It reads text only; what the statements
// mean is the business of Script and of the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

enum class PartKind : std::uint8_t { up, down, verify };

// One part that is for this engine: text.substr(offset, length), from behind the marker's line to the next
// marker.
struct Part {
  PartKind kind;
  std::size_t offset;
  std::size_t length;
};

struct NativeForm {
  std::string description;  // from a "-- Description:" in front of the first statement; empty without one
  std::string
      token_checksum;  // over all parts, for whichever engine; markers count, comments and white space do not
  std::vector<Part> parts;  // in the order of the text
  bool has_down = false;    // a down part for this engine that is not blank; a comment alone is enough

  // The parts of one kind in the order in which they run: as they stand, but of several pairs of up and down
  // the last one is undone first.
  std::vector<Part> parts_of(PartKind kind) const;
  // Their texts, joined.
  std::string text_of(std::string_view text, PartKind kind) const;
};

// `subject` names the migration in errors (`migration "003_add_tags.sql"`), `engine` is Dialect::engine.
// Without any marker the whole text is the up part. Throws kInvalidText for bytes that are not UTF-8 or NUL,
// kMigrationSyntax for markers that are not known, statements in front of the first marker, and a text with
// markers but without any up.
NativeForm read_native_form(std::string_view subject, std::string_view text, std::string_view engine);

// `migration "003_add_tags.sql", line 12`
std::string at_line(std::string_view subject, std::string_view text, std::size_t offset);

}  // namespace whimbrel
