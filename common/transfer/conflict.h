// What an import does with a row whose key the target has already: the option on_conflict.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "common/options.h"
#include "common/transfer/selection.h"

namespace whimbrel {

enum class OnConflict : std::uint8_t {
  error,
  skip,     // the target's row stays; also one that clashes in another key
  update,   // the target's row takes the values that the document has
  replace,  // the same, and its column's default for each value that the document leaves out
};

inline constexpr std::string_view kConflictModes[] = {"error", "skip", "update", "replace"};
// The entry of a function's options.
inline constexpr OptionSpec kOnConflictOption = {"on_conflict", OptionType::text_or_map, kConflictModes};

class ConflictModes {
 public:
  // All tables: error.
  ConflictModes() = default;
  explicit ConflictModes(const Options& options);

  // Whether nothing was asked for but the default.
  bool plain() const;
  // Whether rows of some table may be left out because they clash.
  bool may_skip() const;
  // Of several patterns that match, a table's exact name wins, then the pattern with most letters.
  OnConflict of(const TableName& table) const;
  // Throws kUnknownTable unless each pattern matches one of the names, which are those of a document.
  void require_matches(std::span<const TableName> names) const;

 private:
  std::map<std::string, OnConflict> modes_;  // by pattern
};

}  // namespace whimbrel
