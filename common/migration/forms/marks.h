// The marks that tools leave in the texts of migrations: found in one cheap pass over the beginnings of
// lines, which is no lexer. A mark says who may read the text, not what it means.
#pragma once

#include <cstdint>
#include <string_view>

namespace whimbrel {

enum class Mark : std::uint8_t {
  native = 1,     // -- migrate:up
  goose = 2,      // -- +goose Up
  tern = 4,       // ---- create above / drop below ----, ---- tern:
  liquibase = 8,  // --liquibase formatted sql, --changeset author:id
  graphile = 16,  // --! Previous:, --! Hash:
  atlas = 32,     // -- atlas:txmode none
  sqlx = 64,      // -- no-transaction in the first line
  morph = 128,    // -- morph:nontransactional in the first line
};
using Marks = std::uint8_t;

inline bool has(Marks marks, Mark mark) { return (marks & static_cast<Marks>(mark)) != 0; }

Marks find_marks(std::string_view text);

// Calls line(std::string_view, offset) for each line, without its line end; stops when it returns false. A
// byte order mark is not part of the first line.
template <typename Line>
void for_each_line(std::string_view text, Line&& line) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    std::string_view one = text.substr(at, end - at);
    if (one.ends_with('\r')) one.remove_suffix(1);
    if (!line(one, at)) return;
    at = end + 1;
  }
}

}  // namespace whimbrel
