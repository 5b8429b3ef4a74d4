// What a run did beside the catalog: rows by table, locks. Host::observe_run().
#pragma once

#include <memory>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// `statements` must outlive it.
std::unique_ptr<RunObserver> make_run_observer(Statements& statements);

}  // namespace whimbrel::pg
