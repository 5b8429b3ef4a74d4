// The references inside the documents and texts of one column: found by the column's rules, replaced all at
// once. Only the bytes of the ids change.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/json/path_scan.h"
#include "common/transfer/references/key_maps.h"
#include "common/transfer/references/reference_rule.h"

namespace whimbrel {

// A rule with the tables that it leads to.
struct ResolvedRule {
  ReferenceRule rule;
  std::string shown;  // its path, for messages
  std::vector<std::pair<std::string, Target>> to;
};

// What happens to references to rows that are nowhere.
class MissingReference {
 public:
  virtual ~MissingReference() = default;
  // Whether the reference becomes null (`can_be_null`: else it is told as an error); else it stays, and the
  // row is not written.
  virtual bool found(std::string_view path, std::string_view id, const Table& table, bool can_be_null) = 0;
};

class DocumentReferences {
 public:
  // `rules`: all of one column that are inside of it.
  DocumentReferences(KeyMaps& maps, std::size_t column, Kind kind, std::vector<ResolvedRule> rules);

  std::size_t column() const { return column_; }
  // Rewrites `cell` in memory of `arena`; `row` gives the values of other columns, as discriminators. How
  // many references followed a row.
  std::uint64_t rewrite(Cell& cell, const std::function<Cell(std::size_t)>& row, const Table& table,
                        Arena& arena, MissingReference& missing);

 private:
  struct Replacement {
    std::uint32_t begin;
    std::uint32_t end;
    std::string text;
  };
  struct Context;

  void rewrite_match(const json::PathMatch& match, Context& context);
  void rewrite_template(const ResolvedRule& rule, const json::Piece& piece, std::string_view container,
                        Context& context);
  void follow(const ResolvedRule& rule, const json::Piece& piece, std::size_t begin, std::size_t end,
              bool number, bool can_be_null, std::string_view container, Context& context);

  KeyMaps& maps_;
  std::size_t column_;
  std::vector<ResolvedRule> rules_;
  std::vector<std::size_t> scanned_;    // the rule of each path of scan_
  std::vector<std::size_t> templates_;  // rules about the column's text as a whole
  std::optional<json::PathScan> scan_;
  std::vector<Replacement> replacements_;
};

}  // namespace whimbrel
