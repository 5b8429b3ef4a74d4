#include "pg_ext/part_queue.h"

#include "pg_ext/guard.h"

namespace whimbrel::pg {

std::optional<ScanPart> SharedPartQueue::take() {
  page_ = pg_atomic_fetch_add_u64(&request_->next_page, kPartPages);
  const bool is_left = page_ < request_->pages;
  if (messages_ != nullptr) {
    if (is_left)
      put(kPartBegins, {reinterpret_cast<const char*>(&page_), sizeof(page_)});
    else
      put(kPartsDone, {});
  }
  if (!is_left) return std::nullopt;
  return ScanPart{page_, std::min(page_ + kPartPages, request_->pages)};
}

void SharedPartQueue::put(char tag, std::string_view bytes) {
  pg_call([&] {
    shm_mq_iovec pieces[] = {{&tag, 1}, {bytes.data(), bytes.size()}};
    // A reader that is gone has its reasons, and ends this process too.
    if (shm_mq_sendv(messages_, pieces, 2, false, true) != SHM_MQ_SUCCESS)
      ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED), errmsg_internal("the reader of the parts is gone")));
  });
}

PartsDone& SharedPartQueue::wait_for_turn() {
  if (!has_turn()) {
    pg_call([&] {
      ConditionVariablePrepareToSleep(&request_->turn_passed);
      while (!has_turn()) ConditionVariableSleep(&request_->turn_passed, PG_WAIT_EXTENSION);
      ConditionVariableCancelSleep();
    });
  }
  pg_read_barrier();
  return request_->done;
}

void SharedPartQueue::pass() {
  if (request_->done.out_of_order) pg_atomic_write_u64(&request_->next_page, request_->pages);
  pg_write_barrier();
  pg_atomic_write_u64(&request_->turn, page_ + kPartPages);
  pg_call([&] { ConditionVariableBroadcast(&request_->turn_passed); });
}

}  // namespace whimbrel::pg
