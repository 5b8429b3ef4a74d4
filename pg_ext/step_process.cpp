// The background worker that runs one statement outside of any transaction: the worker's side. Nothing here
// owns anything: an error of the server goes past all of these frames to the worker's end, and on its way it
// is sent to the backend that waits.

#include "pg_ext/compat.h"
#include "pg_ext/guard.h"
#include "pg_ext/pg.h"
#include "pg_ext/session_state.h"
#include "pg_ext/step_request.h"

extern "C" {
PGDLLEXPORT void whimbrel_run_step(Datum segment);
}

namespace whimbrel::pg {

namespace {

StepCommand await_command(StepRequest* request, StepCommand until) {
  for (;;) {
    const StepCommand command = static_cast<StepCommand>(pg_atomic_read_u32(&request->command));
    if (command >= until) return command;
    WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, 0, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  }
}

void say(shm_mq_handle* queue, char message) { shm_mq_send(queue, 1, &message, false, true); }

void become_the_session(StepRequest* request, const char* base) {
  BackgroundWorkerInitializeConnectionByOid(request->database, request->authenticated_user, 0);
  SetClientEncoding(GetDatabaseEncoding());
  StartTransactionCommand();
  restore_settings(base + request->settings_at);
  restore_identity(*request);
  CommitTransactionCommand();
}

// By this, every other caller sees that a step is being run; it ends with the process, however that ends.
void take_step_lock(const StepRequest* request) {
  const LOCKTAG tag = step_lock(request->own_schema);
  if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
    ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
                    errmsg_internal("another caller runs a statement outside of a transaction")));
}

// What it takes away cannot come back: the transaction that would do it ends instead.
extern "C" void keep_history(XactEvent event, void* request) {
  if (event != XACT_EVENT_PRE_COMMIT) return;
  entry_wall([&] {
    static_cast<const StepRequest*>(request)->history.require();
    return Datum{};
  });
}

// As exec_simple_query() does for a text of one statement.
void run_statement(const char* sql) {
  // Statements that commit in the middle must find their own text and tree afterwards.
  const MemoryContext memory =
      AllocSetContextCreate(TopMemoryContext, "whimbrel migration step", ALLOCSET_DEFAULT_SIZES);
  debug_query_string = sql;
  SetCurrentStatementStartTimestamp();
  pgstat_report_activity(STATE_RUNNING, sql);
  StartTransactionCommand();
  MemoryContextSwitchTo(memory);
  List* parsed = pg_parse_query(sql);
  if (list_length(parsed) != 1)
    ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg_internal("not one statement: \"%s\"", sql)));
  RawStmt* raw = linitial_node(RawStmt, parsed);
  const bool needs_snapshot = analyze_requires_snapshot(raw);
  if (needs_snapshot) PushActiveSnapshot(GetTransactionSnapshot());
  List* queries = pg_analyze_and_rewrite_fixedparams(raw, sql, nullptr, 0, nullptr);
  List* plans = pg_plan_queries(queries, sql, 0, nullptr);
  if (needs_snapshot) PopActiveSnapshot();
  Portal portal = CreatePortal("", true, true);
  portal->visible = false;
  PortalDefineQuery(portal, nullptr, sql, CreateCommandTag(raw->stmt), plans, nullptr);
  PortalStart(portal, nullptr, 0, InvalidSnapshot);
  QueryCompletion completion;
  InitializeQueryCompletion(&completion);
  run_portal_at_top_level(portal, None_Receiver, &completion);
  PortalDrop(portal, false);
  CommitTransactionCommand();
  debug_query_string = nullptr;
  pgstat_report_activity(STATE_IDLE, nullptr);
}

}  // namespace

}  // namespace whimbrel::pg

void whimbrel_run_step(Datum argument) {
  namespace pg = whimbrel::pg;
  pqsignal(SIGTERM, die);
  BackgroundWorkerUnblockSignals();
  CurrentResourceOwner = ResourceOwnerCreate(nullptr, "whimbrel migration step");
  dsm_segment* segment = dsm_attach(DatumGetUInt32(argument));
  if (segment == nullptr)
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg_internal("the backend that asked for this step is gone")));
  dsm_pin_mapping(segment);
  char* base = static_cast<char*>(dsm_segment_address(segment));
  pg::StepRequest* request = reinterpret_cast<pg::StepRequest*>(base);
  shm_mq* queue = reinterpret_cast<shm_mq*>(base + request->queue_at);
  shm_mq_set_sender(queue, MyProc);
  shm_mq_handle* handle = shm_mq_attach(queue, segment, nullptr);
  pq_redirect_to_shm_mq(segment, handle);  // errors and notices from here on

  pg::become_the_session(request, base);
  pg::take_step_lock(request);
  request->worker = MyProc;
  pg::say(handle, pg::kStepReady);
  if (pg::await_command(request, pg::StepCommand::run) == pg::StepCommand::run) {
    if (StatementTimeout > 0) enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
    RegisterXactCallback(pg::keep_history, request);
    pg::run_statement(base + request->sql_at);
    UnregisterXactCallback(pg::keep_history, request);
    disable_timeout(STATEMENT_TIMEOUT, false);
    pg::say(handle, pg::kStepDone);
    pg::await_command(request, pg::StepCommand::leave);
  }
}
