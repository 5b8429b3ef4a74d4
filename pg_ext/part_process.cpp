// A parallel worker that reads parts of a table: the worker's side. The server has given it the snapshot, the
// transaction, the user and the settings of the backend; an error goes back to it by the server's own way.

#include "common/transfer/export_part.h"
#include "pg_ext/guard.h"
#include "pg_ext/host.h"
#include "pg_ext/part_request.h"

extern "C" {
PGDLLEXPORT void whimbrel_export_parts(dsm_segment* segment, shm_toc* contents);
}

namespace whimbrel::pg {

namespace {

class SharedQueue final : public PartQueue {
 public:
  SharedQueue(PartRequest* request, shm_mq_handle* handle) : request_(request), handle_(handle) {}

  std::optional<ScanPart> take() override {
    const std::uint64_t page = pg_atomic_fetch_add_u64(&request_->next_page, kPartPages);
    if (page >= request_->pages) {
      put(kPartsDone, {});
      return std::nullopt;
    }
    put(kPartBegins, {reinterpret_cast<const char*>(&page), sizeof(page)});
    return ScanPart{page, std::min(page + kPartPages, request_->pages)};
  }

  void send(std::string_view message) override { put(kPartMessage, message); }

 private:
  void put(char tag, std::string_view bytes) {
    pg_call([&] {
      shm_mq_iovec pieces[] = {{&tag, 1}, {bytes.data(), bytes.size()}};
      // A reader that is gone has its reasons, and ends this process too.
      if (shm_mq_sendv(handle_, pieces, 2, false, true) != SHM_MQ_SUCCESS)
        ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED), errmsg_internal("the reader of the parts is gone")));
    });
  }

  PartRequest* request_;
  shm_mq_handle* handle_;
};

Datum export_parts(PartRequest* request, shm_mq_handle* queue) {
  return entry_wall([&] {
    pg_call([] {
      if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    });
    {
      PgHost host(request->own_schema, true);
      SharedQueue parts(request, queue);
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
  char* const queues = static_cast<char*>(shm_toc_lookup(contents, pg::kPartQueuesKey, false));
  auto* const queue =
      reinterpret_cast<shm_mq*>(queues + static_cast<Size>(ParallelWorkerNumber) * pg::kPartQueueSize);
  shm_mq_set_sender(queue, MyProc);
  pg::export_parts(request, shm_mq_attach(queue, segment, nullptr));
}
