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

// How long who waits for one goes without a look at whether the call is cancelled.
constexpr std::chrono::milliseconds kLookForInterrupt(50);

}  // namespace whimbrel
