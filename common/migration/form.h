// What a migration's text says, whichever form it is written in: the parts that run, and the conditions under
// which they do. The readers of the forms make it; from there on no one asks which form it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

enum class PartKind : std::uint8_t { up, down, verify };

// One part that is for this engine: text.substr(offset, length).
struct Part {
  PartKind kind = PartKind::up;
  std::string_view text;  // of the whole file, which must outlive the part: lines are counted in it
  std::size_t offset = 0;
  std::size_t length = 0;
  bool transaction = true;  // false: each statement runs by itself, outside of a transaction
  std::string subject;      // `migration "003_add_tags.sql"`, for messages
  bool by_running = false;  // a verify part that holds when it runs without an error, and leaves nothing
  // BEGIN and COMMIT may stand around some of its statements, as in files that a tool runs as they are.
  bool own_transactions = false;

  std::string_view sql() const { return text.substr(offset, length); }
};

struct Form {
  std::string description;  // from a header comment; empty without one
  // Over all parts, for whichever engine; markers count, comments and white space do not.
  std::string token_checksum;
  std::vector<Part> parts;  // in the order of the text
  bool has_down =
      false;  // a down part for this engine; in the native form not a blank one, but a comment is enough
  std::vector<std::string> environments;  // runs only where the option `env` names one of them; empty: always
  std::vector<std::string> labels;        // and one of these; empty: always
  bool without_env = false;           // both hold only where the option is given at all: without it all run
  std::vector<std::string> required;  // what must be applied before: versions or names
  bool repeatable = false;            // applied again when its tokens change

  // Texts that only the form holds: those with variables replaced.
  std::vector<std::unique_ptr<const std::string>> kept_texts;

  // The parts of one kind in the order in which they run: as they stand, but of several pairs of up and down
  // the last one is undone first.
  std::vector<Part> parts_of(PartKind kind) const;
  // Their texts, joined.
  std::string text_of(PartKind kind) const;
  // Whether all parts of one kind run in a transaction.
  bool in_transaction(PartKind kind) const;
};

// `migration "003_add_tags.sql", line 12`
std::string at_line(std::string_view subject, std::string_view text, std::size_t offset);

}  // namespace whimbrel
