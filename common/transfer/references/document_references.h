// The references inside the documents and texts of one column: found by the column's rules, replaced all at
// once. Only the bytes of the ids change.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/transfer/references/key_maps.h"
#include "common/transfer/references/reference_finder.h"

namespace whimbrel {

// The tables that a rule leads to, by the discriminator's value.
using RuleTargets = std::vector<std::pair<std::string, Target>>;

// What happens to references to rows that are nowhere.
class MissingReference {
 public:
  virtual ~MissingReference() = default;
  // Whether the reference becomes null (`can_be_null`: else it is told as an error); else it stays, and the
  // row is not written.
  virtual bool found(const NoRow& reference, bool can_be_null) = 0;
};

class DocumentReferences {
 public:
  // `targets`: of each rule of `finder`, which has all of one column.
  DocumentReferences(KeyMaps& maps, ReferenceFinder finder, std::vector<RuleTargets> targets);

  std::size_t column() const { return finder_.column(); }
  // Other columns that it asks for.
  std::vector<std::size_t> discriminators() const { return finder_.discriminators(); }
  const std::vector<RuleTargets>& targets() const { return targets_; }
  // Calls visit() for each reference, whose text `from` is, and what it leads to; changes nothing.
  using Visit = std::function<void(const Target& target, const Cell& from, std::string_view path)>;
  void each(const Cell& cell, const std::function<Cell(std::size_t)>& row, const Visit& visit);
  // Rewrites `cell` in memory of `arena`; `row` gives the values of other columns, as discriminators. How
  // many references followed a row.
  std::uint64_t rewrite(Cell& cell, const std::function<Cell(std::size_t)>& row, Arena& arena,
                        MissingReference& missing);
  // Where in the last document, as it was, references are: the bytes with which their pieces begin.
  const std::vector<std::uint32_t>& places() const { return places_; }

 private:
  struct Replacement {
    std::uint32_t begin;
    std::uint32_t end;
    std::string text;
  };

  const Target* target_of(const FoundReference& found) const;
  // Whether it followed a row.
  bool follow(const FoundReference& found, Arena& arena, MissingReference& missing);

  KeyMaps& maps_;
  ReferenceFinder finder_;
  std::vector<RuleTargets> targets_;
  std::vector<Replacement> replacements_;
  std::vector<std::uint32_t> places_;
};

}  // namespace whimbrel
