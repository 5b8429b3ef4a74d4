// Finds the references inside the documents and texts of one column, by the column's rules. What they lead
// to, and what becomes of them, is up to who asks; changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/path_scan.h"
#include "common/transfer/references/reference_rule.h"
#include "common/transfer/rules.h"
#include "common/value.h"

namespace whimbrel {

struct FoundReference {
  std::size_t rule;        // among those of the finder
  std::string_view value;  // the discriminator's; "" without one
  const json::Piece& piece;
  std::size_t begin;  // of the id in the piece
  std::size_t end;
  bool number;       // it stands in the document as an integer
  bool can_be_null;  // null can stand in its place

  std::string_view id() const { return piece.text.substr(begin, end - begin); }
};

class ReferenceFinder {
 public:
  // `rules`: of this column, inside of it. `table` must outlive it.
  ReferenceFinder(const Table& table, std::size_t column, std::vector<ReferenceRule> rules);

  std::size_t column() const { return column_; }
  const std::vector<ReferenceRule>& rules() const { return rules_; }
  // Other columns that it asks for.
  std::vector<std::size_t> discriminators() const;

  // Calls visit() for each reference, in no order, whatever table the discriminator's value names; what it
  // gets is gone afterwards. `row` gives the values of other columns. Not from within visit().
  void find(const Cell& cell, const std::function<Cell(std::size_t)>& row,
            const std::function<void(const FoundReference&)>& visit);

 private:
  struct Context;

  void take_match(const json::PathMatch& match, Context& context);
  void take_template(std::size_t rule, const json::Piece& piece, std::string_view container,
                     Context& context);
  void take(std::size_t rule, FoundReference found, std::string_view container, Context& context);

  std::size_t column_;
  std::vector<ReferenceRule> rules_;
  std::vector<std::size_t> discriminators_;  // of each rule, a column; npos: none
  std::vector<std::size_t> scanned_;         // the rule of each path of scan_
  std::vector<std::size_t> templates_;       // rules about the column's text as a whole
  std::optional<json::PathScan> scan_;
  Arena arena_;
};

// A reference that leads nowhere.
struct NoRow {
  std::string_view path;  // of the rule; empty: the column itself
  std::string_view id;
  const Table& table;
  bool left_out = false;  // the document has such a row, but it is not written
};
// What is said of it.
std::string missing_reference(const NoRow& reference);

// The rules of a table about what is inside its columns' values, by column.
std::map<std::size_t, std::vector<ReferenceRule>> rules_inside(const Table& table, const Rules& rules);

}  // namespace whimbrel
