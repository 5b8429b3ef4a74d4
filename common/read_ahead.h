// Rows that are read by a thread of their own while the caller is busy with those before: of a SQLite file,
// of a document.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>

#include "common/host.h"

namespace whimbrel {

class ReadAhead : public RowReader {
 public:
  // `rows` and all that it reads from belong to this object until it is gone or next() has returned false:
  // nobody else uses them meanwhile, and rows.next() reaches neither `caller` nor another engine that the
  // caller uses.
  ReadAhead(RowReader& rows, Host& caller) : rows_(rows), caller_(caller) {}
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  std::size_t columns() const override { return rows_.columns(); }
  // Stops as caller.check_interrupt() does.
  bool next(RowBatch& batch) override;

 private:
  static constexpr std::size_t kBatches = 4;
  static constexpr std::size_t kWorthAThread = 4;  // batches before there is one
  // Bytes of a batch behind which none is read ahead: huge values are in memory once.
  static constexpr std::size_t kLarge = std::size_t{1} << 20;

  bool take(RowBatch& batch);
  void work() noexcept;
  bool may_read() const;

  RowReader& rows_;
  Host& caller_;
  std::size_t direct_ = 0;  // batches that were read without a thread
  std::thread thread_;

  // Shared with the thread.
  std::mutex mutex_;
  std::condition_variable there_are_rows_;
  std::condition_variable there_is_room_;
  std::array<RowBatch, kBatches> batches_;
  std::size_t read_ = 0;  // batches
  std::size_t used_ = 0;  // those that the caller is done with
  bool in_use_ = false;   // the caller works on the one behind used_
  bool waits_ = false;    // the thread had no room
  bool alone_ = false;    // the last batch that was read needs the reader to stand still, or is large
  bool ended_ = false;
  bool stop_ = false;
  std::exception_ptr problem_;
};

}  // namespace whimbrel
