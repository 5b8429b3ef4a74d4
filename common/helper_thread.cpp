#include "common/helper_thread.h"

#include <signal.h>

#include <exception>
#include <utility>

namespace whimbrel {

std::thread start_helper_thread(std::function<void()> body) {
  if (std::thread::hardware_concurrency() < 2) return {};
  sigset_t all, before;
  sigfillset(&all);
  if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return {};
  std::thread thread;
  try {
    thread = std::thread(std::move(body));
  } catch (const std::exception&) {  // then there is none
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace whimbrel
