// Foreign keys of a SQLite database that need no search for rows without a parent: both columns hold integers
// (of which most keys are made), and the profile, which sees every value anyway, has found each number of the
// one in the other.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "common/move/integer_set.h"
#include "common/move/profile.h"
#include "common/move/source.h"

namespace whimbrel::move {

class ReferenceProof {
 public:
  // `tables`: those that will be profiled, in this order; it must outlive this object.
  explicit ReferenceProof(std::vector<const Table*> tables);
  ReferenceProof(const ReferenceProof&) = delete;
  ReferenceProof& operator=(const ReferenceProof&) = delete;

  // Has the profiler of tables[table] collect what is wanted of it.
  void watch(std::size_t table, TableProfiler& profiler);
  // When all are profiled: whether no row of tables[table] lacks a parent. False: it is not known.
  bool holds(std::size_t table, const TableProfile& profile) const;

 private:
  using Place = std::pair<std::size_t, std::size_t>;  // table, column

  bool find_columns(const ForeignKey& key, std::size_t table, Place& child, Place& parent) const;

  std::vector<const Table*> tables_;
  std::size_t pages_left_ = (std::size_t{8} << 20) / IntegerSet::kPageBytes;
  std::map<Place, IntegerSet> sets_;
};

}  // namespace whimbrel::move
