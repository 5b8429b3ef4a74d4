// A file of SQL read statement by statement, in constant memory but for the longest statement. For the part
// of our own data files that holds rows: it knows strings, quoted names, dollar quotes and comments, not
// bodies of functions or triggers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/file/source.h"
#include "common/sql/lexer.h"

namespace whimbrel {

class StatementStream {
 public:
  struct Item {
    enum class Kind : std::uint8_t { statement, comment, end };
    Kind kind = Kind::end;
    // The statement with its semicolon, or a line of comment; valid until the next call.
    std::string_view text;
    std::size_t line = 0;      // in the file, from 1
    std::uint64_t offset = 0;  // of its first byte
    bool closed = true;        // false: the file ends inside of the statement
  };

  StatementStream(const File& file, sql::Rules rules) : source_(file), rules_(rules) {}

  // The next one, which stays until take().
  const Item& peek();
  // Goes on behind it.
  void take();

 private:
  bool read_more();
  bool at(std::size_t place);  // reads until there is a byte there
  std::size_t skip_blank(std::size_t at_place);
  std::size_t statement_end();  // behind the semicolon, or the end of the text
  std::size_t quoted_end(std::size_t from, char quote, bool backslash);
  std::size_t dollar_end(std::size_t from);
  std::size_t comment_end(std::size_t from);

  StoredSource source_;
  sql::Rules rules_;
  std::string window_;
  std::size_t start_ = 0;  // of what was not taken yet
  std::uint64_t window_offset_ = 0;
  std::size_t line_ = 1;
  bool ended_ = false;
  bool peeked_ = false;
  bool closed_ = true;
  Item item_;
};

}  // namespace whimbrel
