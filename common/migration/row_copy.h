// What a statement that fills one table from others takes along, by its words: INSERT … SELECT, CREATE TABLE
// … AS, and in PostgreSQL TABLE.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/sql/lexer.h"

namespace whimbrel {

// Without quotes, of whichever kind, and in lower case: the same name however it is spelled.
std::string plain_name(const sql::Token& token);
// The same of the last part of an identity.
std::string plain_table_name(std::string_view identity);

class RowCopy {
 public:
  // `statement` must outlive it.
  RowCopy(std::string_view statement, sql::Rules rules);

  // Whether its query reads this table, a plain name.
  bool reads(std::string_view table) const;
  // Whether nothing in it leaves rows of this table, which it reads, out.
  bool takes_all_rows(std::string_view table) const;
  // What it takes where a condition alone chooses: rows of `source` (SQL behind FROM) for which it is true.
  // Nothing where something else chooses too, or where the condition calls a function.
  struct Piece {
    std::string_view source;
    std::string_view condition;
  };
  std::optional<Piece> piece() const;
  // All columns of the source, by a star.
  bool takes_all_columns() const { return star_; }
  // Or this one, whatever its value is called then.
  bool takes(std::string_view column) const;

 private:
  using Tokens = std::vector<sql::Token>;
  std::size_t begin_of_query() const;
  void read_list(std::size_t at);
  bool gathers() const;
  bool joins_only_to(std::string_view table) const;

  std::string_view text_;
  Tokens tokens_;
  Tokens list_;    // what is selected
  Tokens source_;  // from FROM on
  bool star_ = false;
  bool fewer_ = false;  // what would break a key is left out, or takes the place of another row
};

}  // namespace whimbrel
