// The token stream of a migration, whose checksum tells a real change from one of comments, white space and
// line ends.
#pragma once

#include <string>
#include <string_view>

#include "common/sql/lexer.h"

namespace whimbrel {

class TokenStream {
 public:
  explicit TokenStream(std::size_t expected_size) { tokens_.reserve(expected_size); }

  // One that is neither white space nor a comment.
  void add(const sql::Token& token);
  // What is not SQL but counts: the marker that opens a part.
  void add_mark(std::string_view mark);
  // SHA-256 as lower-case hexadecimal digits.
  std::string checksum() const;

 private:
  std::string tokens_;
};

}  // namespace whimbrel
