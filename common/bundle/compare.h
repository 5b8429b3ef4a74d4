// A document beside the rows that the database has: which rows are new, changed and gone. The document is
// checked on the way, all of it. Writes nothing, locks nothing, draws no number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/bundle/document.h"
#include "common/bundle/rows.h"
#include "common/bundle/secret_values.h"
#include "common/host.h"

namespace whimbrel {

struct CompareOptions {
  bool prune = false;  // rows below that the document does not have go
  std::map<std::string, std::string> secrets;
  // Also what is no fault of the document: secrets that rows of the target lack, and references to rows that
  // the document describes otherwise.
  bool remarks = false;
};

struct BundleChange {
  enum class Action : std::uint8_t { insert, update, remove };
  Action action = Action::insert;
  std::size_t node = 0;
  std::uint32_t wanted = kNoRow;     // not of rows that go
  std::uint32_t live = kNoRow;       // not of new rows
  std::vector<std::size_t> places;   // of an update: those that differ
  std::vector<std::size_t> secrets;  // of SecretValues that the row gets
};

// A reference to a row that is new itself: its number is known when it is written.
struct OpenReference {
  std::size_t node = 0;
  std::uint32_t row = 0;
  std::size_t reference = 0;
  std::size_t target_node = 0;
  std::uint32_t target_row = 0;
};

class BundleComparison {
 public:
  BundleComparison(Host& host, const BundleShape& shape, std::string_view document, CompareOptions options);
  BundleComparison(const BundleComparison&) = delete;
  BundleComparison& operator=(const BundleComparison&) = delete;

  // Where there are errors among the problems, there are no changes.
  void run(BundleProblems& problems);

  const BundleShape& shape() const { return shape_; }
  BundleRowsOf& wanted() { return wanted_; }
  BundleRowsOf& live() { return live_; }
  const std::vector<BundleChange>& changes() const {
    return changes_;
  }  // rows that go first, else parents first
  const std::vector<OpenReference>& open_references() const { return open_; }
  const SecretValues& secrets() const { return secrets_; }
  // The row of the document that has this key, where a document inside names one that is new.
  std::optional<std::pair<std::size_t, std::uint32_t>> row_inside(const BundleInnerReference& reference,
                                                                  const std::string& key) const;
  // By node, by row of the document: the row that the database has, or kNoRow.
  const std::vector<std::vector<std::uint32_t>>& live_of() const { return live_of_; }
  std::uint64_t unchanged(std::size_t node) const { return unchanged_[node]; }
  // Of the definition, the document, the options, and the rows of the target.
  std::string plan_hash();

 private:
  void check_keys(BundleProblems& problems);
  void resolve(BundleProblems& problems);
  void resolve_inner(std::size_t node, BundleProblems& problems);
  bool resolve_inside(std::size_t node, const BundleReference& reference, std::uint32_t row);
  void match(std::size_t node);
  void compare(std::size_t node);
  void remove_children(std::size_t node);
  void check_new_rows(BundleProblems& problems);
  void remark_secrets(BundleProblems& problems);
  void remark_references(std::size_t node, BundleProblems& problems);
  void apply_secrets(BundleProblems& problems);

  Host& host_;
  const BundleShape& shape_;
  const std::string_view document_;
  const CompareOptions options_;
  SecretValues secrets_;
  BundleRowsOf wanted_;
  BundleRowsOf live_;
  std::vector<std::vector<std::uint32_t>> live_of_;
  std::vector<std::vector<bool>> matched_;  // by node, by row of the database
  std::vector<std::uint64_t> unchanged_;
  std::vector<BundleChange> removals_;
  std::vector<BundleChange> changes_;
  std::vector<OpenReference> open_;
};

}  // namespace whimbrel
