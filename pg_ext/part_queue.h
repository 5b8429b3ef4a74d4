// How one of the processes that read a table by ranges of pages gets them: see PartQueue.
#pragma once

#include "common/host.h"
#include "pg_ext/part_request.h"

namespace whimbrel::pg {

class SharedPartQueue final : public PartQueue {
 public:
  // Without `messages` for one that counts its parts. Both must outlive it.
  SharedPartQueue(PartRequest* request, shm_mq_handle* messages) : request_(request), messages_(messages) {}

  std::optional<ScanPart> take() override;
  void send(std::string_view message) override { put(kPartMessage, message); }
  bool has_turn() const override { return pg_atomic_read_u64(&request_->turn) == page_; }
  PartsDone& wait_for_turn() override;
  void pass() override;

 private:
  void put(char tag, std::string_view bytes);

  PartRequest* request_;
  shm_mq_handle* messages_;
  std::uint64_t page_ = 0;  // where the part begins that was taken last
};

}  // namespace whimbrel::pg
