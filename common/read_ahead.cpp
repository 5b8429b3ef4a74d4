#include "common/read_ahead.h"

#include <utility>

#include "common/helper_thread.h"

namespace whimbrel {

ReadAhead::~ReadAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  there_is_room_.notify_one();
  thread_.join();
}

bool ReadAhead::next(RowBatch& batch) {
  caller_.check_interrupt();
  if (thread_.joinable()) return take(batch);
  // A batch that needs the reader to stand still is used up when its reader is asked for the next one.
  if (direct_ == kWorthAThread) thread_ = start_helper_thread([this] { work(); });
  ++direct_;
  return thread_.joinable() ? take(batch) : rows_.next(batch);
}

bool ReadAhead::take(RowBatch& batch) {
  if (batch.arena().used() > kLarge) batch.clear();
  std::unique_lock lock(mutex_);
  if (in_use_) {
    in_use_ = false;
    ++used_;
  }
  // Not for each batch: to wake a thread takes as long as some rows.
  if (waits_ && read_ - used_ <= kBatches / 2) there_is_room_.notify_one();
  while (read_ == used_ && !ended_) {
    if (there_are_rows_.wait_for(lock, kLookForInterrupt) == std::cv_status::no_timeout) continue;
    lock.unlock();
    caller_.check_interrupt();
    lock.lock();
  }
  if (read_ == used_) {
    if (problem_) std::rethrow_exception(std::exchange(problem_, nullptr));
    batch.reset(rows_.columns());
    return false;
  }
  std::swap(batch, batches_[used_ % kBatches]);
  in_use_ = true;
  return true;
}

// Under the lock.
bool ReadAhead::may_read() const {
  if (alone_) return read_ == used_;
  return read_ - used_ <= (waits_ ? kBatches / 2 : kBatches - 1);
}

void ReadAhead::work() noexcept {
  try {
    for (;;) {
      RowBatch* batch;
      {
        std::unique_lock lock(mutex_);
        while (!stop_ && !may_read()) {
          waits_ = true;
          there_is_room_.wait(lock);
        }
        waits_ = false;
        if (stop_) return;
        batch = &batches_[read_ % kBatches];
      }
      const bool more = rows_.next(*batch);
      const std::lock_guard lock(mutex_);
      if (more) {
        ++read_;
        alone_ = !rows_.batch_stands_alone() || batch->arena().used() > kLarge;
      } else {
        ended_ = true;
      }
      there_are_rows_.notify_one();
      if (!more) return;
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    problem_ = std::current_exception();
    ended_ = true;
    there_are_rows_.notify_one();
  }
}

}  // namespace whimbrel
