// Ids inside of a text, as {{agent:ID}} has one: a pattern says what stands around them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace whimbrel {

class IdTemplate {
 public:
  // `pattern` has {id} where the id stands, once, and something in front of it. Throws kInvalidArgument.
  explicit IdTemplate(std::string_view pattern);

  struct Place {
    std::size_t begin = std::string_view::npos;  // npos: there is none
    std::size_t end = 0;
  };
  // The first id that begins at or behind `from`. An id has no white space and at most kMostId bytes; where
  // nothing stands behind it in the pattern, it goes on as long as letters, digits, - and _ do.
  Place find(std::string_view text, std::size_t from) const;

  static constexpr std::size_t kMostId = 255;

 private:
  std::string before_;
  std::string behind_;
};

}  // namespace whimbrel
