// Threads beside the one that the database knows: for work that reaches no engine but a SQLite file of ours.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace whimbrel {

// Runs body(), which must not throw, with all signals blocked: they are the database's, which knows of one
// thread. Whoever starts it joins it. Not joinable where there is one processor only or the system gives
// none; then body() is not run.
std::thread start_helper_thread(std::function<void()> body);

// From a helper thread that opens and closes many files: gives it a table of descriptors of its own, a copy of
// the process', which is gone with the thread. In one that two threads share, each of these calls takes locks
// and counts references. Does nothing where the system does not let it.
void keep_own_descriptors();

// How long who waits for one goes without a look at whether the call is cancelled.
constexpr std::chrono::milliseconds kLookForInterrupt(50);

}  // namespace whimbrel
