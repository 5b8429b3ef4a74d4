#include "common/helper_thread.h"

#include <sched.h>
#include <signal.h>

#include <exception>
#include <utility>

namespace whimbrel {

namespace {

// Moves a new thread to another processor, from where it may go anywhere again. Where there are few, Linux
// starts many a thread behind the one that made it, and lets it wait there for milliseconds: longer than
// short work takes.
void move_away([[maybe_unused]] std::thread& thread) {
#ifdef __linux__
  cpu_set_t allowed;
  const int here = sched_getcpu();
  const pthread_t handle = thread.native_handle();
  if (here < 0 || pthread_getaffinity_np(handle, sizeof(allowed), &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(static_cast<std::size_t>(here), &others);
  if (pthread_setaffinity_np(handle, sizeof(others), &others) == 0)
    pthread_setaffinity_np(handle, sizeof(allowed), &allowed);
#endif
}

}  // namespace

std::thread start_helper_thread(std::function<void()> body) {
  if (std::thread::hardware_concurrency() < 2) return {};
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return {};
  std::thread thread;
  try {
    thread = std::thread(std::move(body));
    move_away(thread);
  } catch (const std::exception&) {  // then there is none
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

void keep_own_descriptors() {
#ifdef __linux__
  [[maybe_unused]] const int refused = unshare(CLONE_FILES);
#endif
}

}  // namespace whimbrel
