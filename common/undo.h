// Work that stays whole or leaves nothing, numbers drawn from sequences included: a rollback alone does not
// give these back in every engine.
#pragma once

#include "common/host.h"

namespace whimbrel {

// Rolls the savepoint back in which `error` happened. When the savepoint itself is gone, the host's error
// about that is thrown, with the first one as its detail.
void undo_savepoint(Host& host, const Error& error);

// Both follow a failure, which they never hide by one of their own.
void put_back(SequenceKeeper& sequences);
void undo_whole(Host& host, SequenceKeeper& sequences);  // a savepoint and what it leaves

// Runs body(). When it fails, nothing of it is left.
template <typename Body>
void run_whole(Host& host, Body&& body) {
  const std::unique_ptr<SequenceKeeper> sequences = host.keep_sequences();
  if (!sequences) return body();  // the entry point undoes everything
  host.begin_savepoint();
  try {
    body();
    host.release_savepoint();
  } catch (const Error&) {
    undo_whole(host, *sequences);
    throw;
  }
}

// Runs body() in a savepoint that is rolled back, whatever happens.
template <typename Body>
void run_and_undo(Host& host, Body&& body) {
  host.begin_savepoint();
  try {
    body();
  } catch (const Error& error) {
    undo_savepoint(host, error);
    throw;
  }
  host.rollback_savepoint();
}

// Runs body(). Something of it is left only when it returns and this is no dry run; also what the entry point
// would not undo, since the caller goes on after an error.
template <typename Body>
void written_or_undone(Host& host, bool dry_run, Body&& body) {
  const std::unique_ptr<SequenceKeeper> sequences = host.keep_sequences();
  host.begin_savepoint();
  try {
    body();
  } catch (...) {
    host.rollback_savepoint();
    if (sequences) put_back(*sequences);
    throw;
  }
  if (!dry_run) return host.release_savepoint();
  host.rollback_savepoint();
  if (sequences) sequences->put_back();
}

}  // namespace whimbrel
