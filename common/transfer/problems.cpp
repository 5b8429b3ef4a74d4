#include "common/transfer/problems.h"

namespace whimbrel {

namespace {

std::string line_text(const json::Position& position) {
  return "line " + std::to_string(position.line) + ", column " + std::to_string(position.column);
}

std::string full_text(const Problem& problem) {
  const std::string place = place_text(problem.table, problem.row, problem.column);
  return place.empty() ? problem.message : place + ": " + problem.message;
}

}  // namespace

std::string place_text(std::string_view table, std::uint64_t row, std::string_view column) {
  std::string text;
  if (table.empty()) return text;
  text = "table \"" + std::string(table) + "\"";
  if (row != 0) text += ", row " + std::to_string(row);
  if (!column.empty()) text += ", column \"" + std::string(column) + "\"";
  return text;
}

std::string Problems::list() const {
  std::string text =
      count_ > kept_.size() ? "The first " + std::to_string(kept_.size()) + " problems:" : "All problems:";
  for (const Problem& problem : kept_) {
    text += "\n" + full_text(problem);
    if (problem.position.line != 0) text += " (" + line_text(problem.position) + ")";
  }
  return text;
}

void Problems::throw_if_any() const {
  if (empty()) return;
  const Problem& first = kept_.front();
  std::string message = full_text(first);
  if (count_ > 1) {
    message += " (and " + std::to_string(count_ - 1) + " more problem" + (count_ > 2 ? "s" : "") + ")";
  }
  std::string detail;
  if (count_ == 1) {
    if (first.position.line != 0) {
      detail = "It stands in line " + std::to_string(first.position.line) + ", column " +
               std::to_string(first.position.column) + " of the document. Nothing was written.";
    }
  } else {
    detail = list();
  }
  Error error(first.code, std::move(message), std::move(detail));
  error.table_name = first.table;
  error.column_name = first.column;
  throw error;
}

}  // namespace whimbrel
