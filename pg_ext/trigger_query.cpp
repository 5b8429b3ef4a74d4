#include "pg_ext/trigger_query.h"

#include "pg_ext/fresh_snapshot.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

void begin_trigger_query() {
  pg_call([] { AfterTriggerBeginQuery(); });
}

void end_trigger_query() {
  pg_call([] {
    push_fresh_snapshot();
    EState* state = CreateExecutorState();
    AfterTriggerEndQuery(state);
    ExecResetTupleTable(state->es_tupleTable, false);
    ExecCloseResultRelations(state);
    FreeExecutorState(state);
    PopActiveSnapshot();
  });
}

}  // namespace whimbrel::pg
