#include "pg_ext/part_workers.h"

#include <exception>

#include "common/error.h"
#include "pg_ext/guard.h"
#include "pg_ext/part_queue.h"
#include "pg_ext/scan.h"

namespace whimbrel::pg {

namespace {

Error ended_too_early() {
  return Error("58000", "a parallel worker ended without a result", {}, "The server's log says why.");
}

class ParallelWorkers final : public PartWorkers {
 public:
  // Inside no pg_call. Launches none where the server has no slot for one.
  ParallelWorkers(std::uint64_t pages, std::size_t count, std::string_view task, const PartsDone* counted,
                  Oid own_schema);
  ~ParallelWorkers() override;
  ParallelWorkers(const ParallelWorkers&) = delete;
  ParallelWorkers& operator=(const ParallelWorkers&) = delete;

  bool any() const { return context_->nworkers_launched > 0; }
  bool next(std::string_view& message) override;
  PartQueue& own_queue() override { return *own_queue_; }
  const PartsDone& finish() override;

 private:
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  struct Queue {
    shm_mq_handle* handle = nullptr;
    std::uint64_t page = kUnknown;  // where the part begins whose messages come next
    bool done = false;
  };
  struct Received {
    shm_mq_result result;
    const char* data;
    Size size;
  };

  void begin(int count, std::string_view task, const PartsDone* counted, Oid own_schema);
  void attach_queues();
  Received receive(Queue& queue);
  // Reads the queue's next message; true when it is one for the caller.
  bool take(Queue& queue, const Received& received, std::string_view& message);
  bool look_for_part();
  void wait();
  void wait_for_end();

  ParallelContext* context_ = nullptr;
  PartRequest* request_ = nullptr;
  std::optional<SharedPartQueue> own_queue_;
  std::vector<Queue> queues_;
  Queue* current_ = nullptr;  // its messages are the next ones
  std::uint64_t wanted_ = 0;  // the first page of the part that comes next
  std::uint64_t pages_ = 0;
  int unwinding_ = std::uncaught_exceptions();
};

ParallelWorkers::ParallelWorkers(std::uint64_t pages, std::size_t count, std::string_view task,
                                 const PartsDone* counted, Oid own_schema)
    : pages_(pages) {
  pg_call([&] { begin(static_cast<int>(count), task, counted, own_schema); });
  own_queue_.emplace(request_, nullptr);
  if (counted == nullptr) attach_queues();
}

void ParallelWorkers::attach_queues() {
  queues_.resize(static_cast<std::size_t>(context_->nworkers_launched));
  pg_call([&] {
    char* const base = static_cast<char*>(shm_toc_lookup(context_->toc, kPartQueuesKey, false));
    for (std::size_t i = 0; i < queues_.size(); ++i)
      queues_[i].handle = shm_mq_attach(reinterpret_cast<shm_mq*>(base + i * kPartQueueSize), context_->seg,
                                        context_->worker[i].bgwhandle);
  });
}

// Inside pg_call.
void ParallelWorkers::begin(int count, std::string_view task, const PartsDone* counted, Oid own_schema) {
  EnterParallelMode();
  context_ = CreateParallelContext("$libdir/whimbrel", "whimbrel_export_parts", count);
  const Size request_size = offsetof(PartRequest, task) + task.size();
  const Size queues_size = counted != nullptr ? 0 : static_cast<Size>(count) * kPartQueueSize;
  shm_toc_estimate_chunk(&context_->estimator, request_size);
  shm_toc_estimate_chunk(&context_->estimator, queues_size);
  shm_toc_estimate_keys(&context_->estimator, 2);
  InitializeParallelDSM(context_);
  request_ = static_cast<PartRequest*>(shm_toc_allocate(context_->toc, request_size));
  request_->own_schema = own_schema;
  request_->pages = pages_;
  pg_atomic_init_u64(&request_->next_page, 0);
  request_->counted = counted != nullptr;
  pg_atomic_init_u64(&request_->turn, 0);
  ConditionVariableInit(&request_->turn_passed);
  request_->done = counted != nullptr ? *counted : PartsDone{};
  request_->task_size = task.size();
  std::memcpy(request_->task, task.data(), task.size());
  shm_toc_insert(context_->toc, kPartRequestKey, request_);
  if (counted == nullptr) {
    char* const base = static_cast<char*>(shm_toc_allocate(context_->toc, queues_size));
    for (int i = 0; i < count; ++i)
      shm_mq_set_receiver(shm_mq_create(base + static_cast<Size>(i) * kPartQueueSize, kPartQueueSize),
                          MyProc);
    shm_toc_insert(context_->toc, kPartQueuesKey, base);
  }
  LaunchParallelWorkers(context_);
}

ParallelWorkers::~ParallelWorkers() {
  // After an error the end of the (sub)transaction ends them; nothing may be touched before.
  if (std::uncaught_exceptions() > unwinding_) return;
  try {
    pg_call([&] {
      for (const Queue& queue : queues_) shm_mq_detach(queue.handle);
      DestroyParallelContext(context_);
      ExitParallelMode();
    });
  } catch (...) {
    // A cancel while we wait for them: the end of the transaction does the rest.
  }
}

ParallelWorkers::Received ParallelWorkers::receive(Queue& queue) {
  return pg_call([&] {
    Received received{};
    void* data = nullptr;
    received.result = shm_mq_receive(queue.handle, &received.size, &data, true);
    received.data = static_cast<const char*>(data);
    return received;
  });
}

// Errors of a worker are raised here.
void ParallelWorkers::wait() {
  pg_call([] {
    WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH, 0, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

void ParallelWorkers::wait_for_end() {
  pg_call([&] { WaitForParallelWorkersToFinish(context_); });
}

const PartsDone& ParallelWorkers::finish() {
  wait_for_end();
  if (!request_->done.out_of_order && pg_atomic_read_u64(&request_->turn) < pages_) throw ended_too_early();
  return request_->done;
}

bool ParallelWorkers::take(Queue& queue, const Received& received, std::string_view& message) {
  if (received.result == SHM_MQ_DETACHED) {
    wait_for_end();  // raises its error
    throw ended_too_early();
  }
  switch (received.data[0]) {
    case kPartMessage:
      message = {received.data + 1, received.size - 1};
      return true;
    case kPartBegins:
      std::memcpy(&queue.page, received.data + 1, sizeof(queue.page));
      return false;
    default:
      queue.done = true;
      queue.page = kUnknown;
      return false;
  }
}

// Finds the queue that has the part that comes next, as far as the workers have got.
bool ParallelWorkers::look_for_part() {
  std::string_view none;
  for (Queue& queue : queues_) {
    if (queue.page == kUnknown && !queue.done) {
      const Received received = receive(queue);
      if (received.result == SHM_MQ_WOULD_BLOCK) continue;
      take(queue, received, none);
    }
    if (queue.page == wanted_) {
      current_ = &queue;
      return true;
    }
  }
  return false;
}

bool ParallelWorkers::next(std::string_view& message) {
  for (;;) {
    if (current_ == nullptr) {
      if (wanted_ >= pages_) {
        wait_for_end();
        return false;
      }
      if (!look_for_part()) wait();
      continue;
    }
    const Received received = receive(*current_);
    if (received.result == SHM_MQ_WOULD_BLOCK) {
      wait();
      continue;
    }
    if (take(*current_, received, message)) return true;
    // The next part of this worker, or its end: the one before is complete.
    wanted_ += kPartPages;
    current_ = nullptr;
  }
}

}  // namespace

std::unique_ptr<PartWorkers> start_part_workers(const ScanRequest& request, std::size_t count,
                                                std::string_view task, const PartsDone* counted,
                                                Oid own_schema) {
  if (pg_call([] { return IsInParallelMode(); })) return nullptr;
  const std::uint64_t pages = pages_for_parts(request);
  if (pages == 0 || pages < static_cast<std::uint64_t>(min_parallel_table_scan_size)) return nullptr;
  std::uint64_t parts = (pages + kPartPages - 1) / kPartPages;
  if (counted != nullptr) --parts;  // for the calling process
  if (parts == 0) return nullptr;
  auto workers = std::make_unique<ParallelWorkers>(
      pages, static_cast<std::size_t>(std::min<std::uint64_t>(count, parts)), task, counted, own_schema);
  if (!workers->any()) return nullptr;
  return workers;
}

}  // namespace whimbrel::pg
