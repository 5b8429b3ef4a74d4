// What people see of an export or import while it runs: the table that it works at for those who look from
// outside, and, when they ask for it, a line for each table that is done.
#pragma once

#include <cstdint>
#include <optional>

#include "common/host.h"
#include "common/stopwatch.h"

namespace whimbrel {

class Progress {
 public:
  // `lines`: whether a line is told for each table.
  Progress(Host& host, JobKind kind, bool lines) : host_(host), kind_(kind), lines_(lines) {}
  ~Progress() { host_.end_job(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `tables`: of how many it is one.
  void begin(const Table& table, std::size_t tables);
  // So far, of this table.
  void advance(std::uint64_t bytes, std::uint64_t rows) { host_.advance_job(bytes, rows); }
  // `bytes`: none where they are not known.
  void finish(const Table& table, std::uint64_t rows, std::optional<std::uint64_t> bytes);

 private:
  Host& host_;
  JobKind kind_;
  bool lines_;
  std::size_t tables_ = 0;
  std::size_t done_ = 0;
  Stopwatch watch_;
};

}  // namespace whimbrel
