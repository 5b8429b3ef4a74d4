// A dry run: the work is really done, facts about it are gathered, then it is rolled back, sequences
// included.
#pragma once

#include <memory>
#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"
#include "common/undo.h"

namespace whimbrel {

// Made before the work; the facts are taken while it stands.
class Rehearsal {
 public:
  explicit Rehearsal(Host& host)
      : host_(host), before_(host.read_catalog({})), observer_(host.observe_run()) {}

  // Adds rows with the status rows, created, altered, dropped, rewritten and lock.
  void add_facts(std::vector<Outcome>& outcomes) const;

 private:
  void add_rewritten(const Catalog& after, std::vector<Outcome>& outcomes) const;

  Host& host_;
  Catalog before_;
  std::unique_ptr<RunObserver> observer_;
};

// Runs body() and undoes it, the numbers included that it drew from sequences.
template <typename Body>
void run_for_nothing(Host& host, Body&& body) {
  const std::unique_ptr<SequenceKeeper> sequences = host.keep_sequences();
  try {
    run_and_undo(host, body);
  } catch (const Error&) {
    if (sequences) put_back(*sequences);
    throw;
  }
  if (sequences) sequences->put_back();
}

// The same for a body() that fills `outcomes`, to which facts are added.
template <typename Body>
void rehearse(Host& host, std::vector<Outcome>& outcomes, Body&& body) {
  const Rehearsal rehearsal(host);
  run_for_nothing(host, [&] {
    body();
    rehearsal.add_facts(outcomes);
  });
}

// Runs body(), which fills `outcomes`, wholly or not at all; when `dry_run`, as a rehearsal. Other migrations
// wait until the transaction ends.
template <typename Body>
void run_or_rehearse(Host& host, bool dry_run, std::vector<Outcome>& outcomes, Body&& body) {
  if (dry_run) return rehearse(host, outcomes, body);
  host.lock_migrations();
  run_whole(host, body);
}

// The same for work on the history alone: there are no facts to tell.
template <typename Body>
void run_or_rehearse(Host& host, bool dry_run, Body&& body) {
  if (!dry_run) return body();
  run_and_undo(host, body);
}

}  // namespace whimbrel
