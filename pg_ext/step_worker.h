// A background worker of the server that runs one statement outside of any transaction, for a backend that
// cannot: the backend's side. The worker is there, and holds the lock by which others see that a step runs,
// before the statement begins; it stays until the object goes. Needs no shared_preload_libraries.
#pragma once

#include "pg_ext/pg.h"
#include "pg_ext/step_request.h"

namespace whimbrel::pg {

class StepWorker {
 public:
  // Starts it and waits until it is ready. Throws the worker's own error, and one that names
  // max_worker_processes when no slot is free.
  StepWorker(Oid own_schema, const HistoryWatch& history, std::string_view sql);
  // Ends it, in the middle of the statement too, and waits for its end.
  ~StepWorker();
  StepWorker(const StepWorker&) = delete;
  StepWorker& operator=(const StepWorker&) = delete;

  // Has the statement run and waits for it. The backend must hold neither a snapshot nor a transaction that
  // has written. Throws the worker's error as it was raised there; notices are passed on; a cancel of the
  // backend ends the worker.
  void run();

 private:
  void start(Size size);
  void await(char message);
  void command(StepCommand command);
  void end() noexcept;
  StepRequest* request() const;

  dsm_segment* segment_ = nullptr;
  BackgroundWorkerHandle* handle_ = nullptr;
  shm_mq_handle* queue_ = nullptr;
  bool idle_ = false;  // it waits for a command
};

// Whether a worker is there for the steps of that schema, or what it did is not written down yet. Asked under
// the lock of the history: no worker starts meanwhile.
bool is_step_running(Oid own_schema);

}  // namespace whimbrel::pg
