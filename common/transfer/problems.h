// What is wrong with a document: collected, so that all of it is reported at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/json/reader.h"

namespace whimbrel {

struct Problem {
  std::string code;
  std::string table;      // empty: about the whole document
  std::uint64_t row = 0;  // 1-based; 0: about the whole table
  std::string column;     // empty: about the whole row
  std::string message;
  json::Position position;  // offset, line and column in the document; line 0 when there is none
};

class Problems {
 public:
  static constexpr std::size_t kKept = 100;

  // Keeps the first `kept`; only counts more.
  explicit Problems(std::size_t kept = kKept) : most_kept_(kept) {}

  void add(Problem problem) {
    ++count_;
    if (kept_.size() < most_kept_) kept_.push_back(std::move(problem));
  }
  // More of a kind that was told often enough.
  void count_more(std::uint64_t more) { count_ += more; }
  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  std::size_t most_kept() const { return most_kept_; }
  const std::vector<Problem>& kept() const { return kept_; }

  // "All problems:" and each of those that were kept, a line each.
  std::string list() const;
  // Throws one Error for all of them, unless there are none: its code and message are the first one's, its
  // detail lists those that were kept.
  void throw_if_any() const;

 private:
  std::size_t most_kept_;
  std::vector<Problem> kept_;
  std::uint64_t count_ = 0;
};

// table "users", row 3, column "age"
std::string place_text(std::string_view table, std::uint64_t row, std::string_view column = {});

}  // namespace whimbrel
