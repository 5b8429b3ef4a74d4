// Rows that an import leaves out because something is wrong with them: on_error "collect".
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"

namespace whimbrel {

struct BadRow {
  std::string table;
  std::uint64_t row = 0;  // in the document's table, from 1
  std::string error;
};

class BadRows {
 public:
  static constexpr std::size_t kKept = 1000;

  void add(BadRow row) {
    ++count_;
    if (kept_.size() < kKept) kept_.push_back(std::move(row));
  }
  void add(const std::string& table, std::uint64_t row, const Error& error) {
    add({table, row, message_with_detail(error)});
  }
  void clear() {
    kept_.clear();
    count_ = 0;
  }
  std::uint64_t count() const { return count_; }
  const std::vector<BadRow>& kept() const { return kept_; }

 private:
  std::vector<BadRow> kept_;
  std::uint64_t count_ = 0;
};

}  // namespace whimbrel
