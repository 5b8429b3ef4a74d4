// A dry run: the work is really done, facts about it are gathered, then it is rolled back, sequences
// included.
#pragma once

#include <memory>
#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"

namespace whimbrel {

// Made before the work; the facts are taken while it stands.
class Rehearsal {
 public:
  explicit Rehearsal(Host& host) : host_(host), before_(host.read_catalog({})), observer_(host.observe_run()) {}

  // Adds rows with the status rows, created, altered, dropped, rewritten and lock.
  void add_facts(std::vector<Outcome>& outcomes) const;
  // After the rollback.
  void put_back() { observer_->put_back(); }

 private:
  void add_rewritten(const Catalog& after, std::vector<Outcome>& outcomes) const;

  Host& host_;
  Catalog before_;
  std::unique_ptr<RunObserver> observer_;
};

// Runs body(), which fills `outcomes`; when `dry_run`, as a rehearsal whose facts are added to them.
template <typename Body>
void run_or_rehearse(Host& host, bool dry_run, std::vector<Outcome>& outcomes, Body&& body) {
  if (!dry_run) return body();
  Rehearsal rehearsal(host);
  try {
    run_and_undo(host, [&] {
      body();
      rehearsal.add_facts(outcomes);
    });
  } catch (const Error&) {
    rehearsal.put_back();
    throw;
  }
  rehearsal.put_back();
}

// The same for work on the history alone: there are no facts to tell.
template <typename Body>
void run_or_rehearse(Host& host, bool dry_run, Body&& body) {
  if (!dry_run) return body();
  run_and_undo(host, body);
}

}  // namespace whimbrel
