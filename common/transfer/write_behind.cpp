#include "common/transfer/write_behind.h"

#include <utility>

#include "common/helper_thread.h"

namespace whimbrel {

WriteBehind::~WriteBehind() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  there_is_work_.notify_one();
  thread_.join();
}

void WriteBehind::drain(json::Buffer& out, bool last) {
  if (!last && out.size() < json::Buffer::kFlushSize) return;
  const std::uint64_t size = out.size();
  if (!last && size <= kLarge && has_thread()) {
    hand_over(out);
  } else {
    settled().drain(out, last);
    if (size > kLarge) out = json::Buffer();
  }
  taken_ += size;
}

void WriteBehind::mark(std::uint64_t position) { settled().mark(position); }

void WriteBehind::rewind(std::uint64_t size) {
  settled().rewind(size);
  taken_ = size;
}

std::optional<SharedFile> WriteBehind::share(json::Buffer& out) {
  ExportSink& sink = settled();
  std::optional<SharedFile> file = sink.share(out);
  taken_ = sink.taken();
  return file;
}

void WriteBehind::skip_to(std::uint64_t size) {
  settled().skip_to(size);
  taken_ = size;
}

bool WriteBehind::has_thread() {
  if (drained_++ == kWorthAThread) thread_ = start_helper_thread([this] { work(); });
  return thread_.joinable();
}

void WriteBehind::hand_over(json::Buffer& out) {
  settled();
  std::swap(out, buffer_);
  {
    const std::lock_guard lock(mutex_);
    full_ = true;
  }
  there_is_work_.notify_one();
}

// The sink, when all that was handed over is written.
ExportSink& WriteBehind::settled() {
  std::unique_lock lock(mutex_);
  while (full_) {
    if (all_is_done_.wait_for(lock, kLookForInterrupt) == std::cv_status::no_timeout) continue;
    lock.unlock();
    caller_.check_interrupt();
    lock.lock();
  }
  if (problem_) std::rethrow_exception(std::exchange(problem_, nullptr));
  return *sink_;
}

void WriteBehind::work() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (!full_ && !stop_) there_is_work_.wait(lock);
    if (!full_) return;
    lock.unlock();
    std::exception_ptr problem;
    try {
      sink_->drain(buffer_, false);
    } catch (...) {
      problem = std::current_exception();
    }
    lock.lock();
    full_ = false;
    problem_ = problem;
    all_is_done_.notify_one();
  }
}

}  // namespace whimbrel
