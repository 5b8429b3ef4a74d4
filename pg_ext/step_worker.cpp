#include "pg_ext/step_worker.h"

#include "common/error.h"
#include "pg_ext/guard.h"
#include "pg_ext/session_state.h"

namespace whimbrel::pg {

namespace {

constexpr Size kQueueSize = 16384;
constexpr char kWorkerType[] = "whimbrel migration step";

// Whatever way the backend goes, also by FATAL, which no destructor sees: the statement goes with it.
void terminate_worker(dsm_segment*, Datum handle) {
  TerminateBackgroundWorker(reinterpret_cast<BackgroundWorkerHandle*>(DatumGetPointer(handle)));
}

// Inside pg_call.
BackgroundWorkerHandle* register_worker(dsm_segment* segment) {
  BackgroundWorker worker{};
  snprintf(worker.bgw_name, sizeof(worker.bgw_name), "%s for PID %d", kWorkerType, MyProcPid);
  snprintf(worker.bgw_type, sizeof(worker.bgw_type), "%s", kWorkerType);
  snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "$libdir/whimbrel");
  snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "whimbrel_run_step");
  worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
  worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
  worker.bgw_restart_time = BGW_NEVER_RESTART;
  worker.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(segment));
  worker.bgw_notify_pid = MyProcPid;
  BackgroundWorkerHandle* handle = nullptr;
  const MemoryContext outer = MemoryContextSwitchTo(TopMemoryContext);
  const bool registered = RegisterDynamicBackgroundWorker(&worker, &handle);
  MemoryContextSwitchTo(outer);
  return registered ? handle : nullptr;
}

// One message of the worker; nothing when there is none yet.
struct Received {
  shm_mq_result result;
  const char* data;
  Size size;
};

Received receive(shm_mq_handle* queue) {
  return pg_call([&] {
    Received received{};
    void* data = nullptr;
    received.result = shm_mq_receive(queue, &received.size, &data, true);
    received.data = static_cast<const char*>(data);
    return received;
  });
}

void wait_for_latch() {
  pg_call([] {
    // A catalog snapshot, which the server keeps for its look-ups, would hold up a build of an index.
    InvalidateCatalogSnapshotConditionally();
    WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, 0, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

// Passes a notice on; throws an error.
void pass_on(const Received& message) {
  ErrorData data{};
  pg_call([&] {
    StringInfoData text;
    initStringInfo(&text);
    appendBinaryStringInfo(&text, message.data + 1, static_cast<int>(message.size) - 1);
    pq_parse_errornotice(&text, &data);
    if (message.data[0] == 'N') ThrowErrorData(&data);
  });
  if (message.data[0] == 'E') throw error_of(data);
}

}  // namespace

StepWorker::StepWorker(Oid own_schema, const HistoryWatch& history, std::string_view sql) {
  const std::string settings = pack_settings();
  const Size settings_at = MAXALIGN(sizeof(StepRequest));
  const Size sql_at = settings_at + settings.size();
  const Size queue_at = MAXALIGN(sql_at + sql.size() + 1);
  try {
    segment_ = pg_call([&] {
      dsm_segment* segment = dsm_create(queue_at + kQueueSize, 0);
      dsm_pin_mapping(segment);  // it outlives the transaction
      return segment;
    });
    char* const base = static_cast<char*>(dsm_segment_address(segment_));
    StepRequest* const request = new (base) StepRequest();
    request->database = MyDatabaseId;
    request->authenticated_user = GetAuthenticatedUserId();
    request->session_user = GetSessionUserId();
    request->current_user = GetUserId();
    request->own_schema = own_schema;
    request->history = history;
    request->settings_at = settings_at;
    request->sql_at = sql_at;
    request->queue_at = queue_at;
    pg_atomic_init_u32(&request->command, static_cast<std::uint32_t>(StepCommand::wait));
    std::memcpy(base + settings_at, settings.data(), settings.size());
    std::memcpy(base + sql_at, sql.data(), sql.size());
    base[sql_at + sql.size()] = '\0';
    start(queue_at);
    await(kStepReady);
    idle_ = true;
  } catch (...) {
    end();
    throw;
  }
}

StepWorker::~StepWorker() { end(); }

StepRequest* StepWorker::request() const { return static_cast<StepRequest*>(dsm_segment_address(segment_)); }

void StepWorker::start(Size queue_at) {
  char* const base = static_cast<char*>(dsm_segment_address(segment_));
  handle_ = pg_call([&] {
    shm_mq* queue = shm_mq_create(base + queue_at, kQueueSize);
    shm_mq_set_receiver(queue, MyProc);
    return register_worker(segment_);
  });
  if (handle_ == nullptr) {
    const int most = max_worker_processes;
    throw Error("53400", "no background worker is free to run a statement outside of a transaction",
                "All slots of the server's " + std::to_string(most) +
                    " background workers (max_worker_processes) are taken.",
                "Call again when one is free, or raise max_worker_processes, which takes a restart.");
  }
  pg_call([&] {
    on_dsm_detach(segment_, terminate_worker, PointerGetDatum(handle_));
    const MemoryContext outer = MemoryContextSwitchTo(TopMemoryContext);
    queue_ = shm_mq_attach(reinterpret_cast<shm_mq*>(base + queue_at), segment_, handle_);
    MemoryContextSwitchTo(outer);
  });
}

void StepWorker::await(char wanted) {
  for (;;) {
    const Received message = receive(queue_);
    switch (message.result) {
      case SHM_MQ_WOULD_BLOCK:
        wait_for_latch();
        break;
      case SHM_MQ_DETACHED:
        throw Error(code::kProcessLost, "the background worker ended without a result", {},
                    "The server's log says why.");
      case SHM_MQ_SUCCESS:
        if (message.size == 0) break;
        if (message.data[0] == wanted) return;
        if (message.data[0] == 'E' || message.data[0] == 'N') pass_on(message);
    }
  }
}

void StepWorker::command(StepCommand command) {
  pg_call([&] {
    pg_atomic_write_u32(&request()->command, static_cast<std::uint32_t>(command));
    SetLatch(&request()->worker->procLatch);
  });
}

void StepWorker::run() {
  idle_ = false;
  command(StepCommand::run);
  await(kStepDone);
  idle_ = true;
}

void StepWorker::end() noexcept {
  try {
    if (handle_ != nullptr) {
      if (idle_)
        command(StepCommand::leave);
      else
        pg_call([&] { TerminateBackgroundWorker(handle_); });
      pg_call([&] { WaitForBackgroundWorkerShutdown(handle_); });
    }
  } catch (...) {
    // A second cancel while we wait: the worker has been told to end, and needs us no longer.
  }
  try {
    if (queue_ != nullptr) pg_call([&] { shm_mq_detach(queue_); });
    if (segment_ != nullptr) pg_call([&] { dsm_detach(segment_); });
    if (handle_ != nullptr) pg_call([&] { pfree(handle_); });
  } catch (...) {
    // Nothing that could be done about it here; the memory goes with the session.
  }
  queue_ = nullptr;
  segment_ = nullptr;
  handle_ = nullptr;
}

// By taking the lock for a moment: the view pg_locks reads every lock of the server.
bool is_step_running(Oid own_schema) {
  return pg_call([&] {
    const LOCKTAG tag = step_lock(own_schema);
    if (LockAcquire(&tag, ShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL) return true;
    LockRelease(&tag, ShareLock, false);
    return false;
  });
}

}  // namespace whimbrel::pg
