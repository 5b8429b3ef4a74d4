// A parallel worker that reads parts of a table: the worker's side. The server has given it the snapshot, the
// transaction, the user and the settings of the backend; an error goes back to it by the server's own way.

#include "common/transfer/export_part.h"
#include "pg_ext/guard.h"
#include "pg_ext/host.h"
#include "pg_ext/part_queue.h"

extern "C" {
PGDLLEXPORT void whimbrel_export_parts(dsm_segment* segment, shm_toc* contents);
}

namespace whimbrel::pg {

namespace {

Datum export_parts(PartRequest* request, shm_mq_handle* messages) {
  return entry_wall([&] {
    pg_call([] {
      if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    });
    {
      PgHost host(request->own_schema, true);
      SharedPartQueue parts(request, messages);
      whimbrel::export_parts(host, {request->task, request->task_size}, parts);
    }
    pg_call([] { SPI_finish(); });
    return Datum{0};
  });
}

}  // namespace

}  // namespace whimbrel::pg

// Nothing here owns anything before the wall.
void whimbrel_export_parts(dsm_segment* segment, shm_toc* contents) {
  namespace pg = whimbrel::pg;
  auto* const request = static_cast<pg::PartRequest*>(shm_toc_lookup(contents, pg::kPartRequestKey, false));
  shm_mq_handle* messages = nullptr;
  if (!request->counted) {
    char* const queues = static_cast<char*>(shm_toc_lookup(contents, pg::kPartQueuesKey, false));
    auto* const queue =
        reinterpret_cast<shm_mq*>(queues + static_cast<Size>(ParallelWorkerNumber) * pg::kPartQueueSize);
    shm_mq_set_sender(queue, MyProc);
    messages = shm_mq_attach(queue, segment, nullptr);
  }
  pg::export_parts(request, messages);
}
