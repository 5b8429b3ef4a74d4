// A document that a thread of its own compresses and writes to its file while the caller makes what follows.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "common/host.h"
#include "common/json/writer.h"
#include "common/transfer/exporter.h"

namespace whimbrel {

class WriteBehind : public ExportSink {
 public:
  // `sink` reaches no engine. What it throws comes from one of the next calls.
  WriteBehind(Host& caller, std::unique_ptr<ExportSink> sink) : caller_(caller), sink_(std::move(sink)) {}
  ~WriteBehind() override;
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  // Stops as caller.check_interrupt() does where it has to wait; so do the others.
  void drain(json::Buffer& out, bool last) override;
  std::uint64_t taken() const override { return taken_; }
  void mark(std::uint64_t position) override;
  bool can_rewind() const override { return sink_->can_rewind(); }
  void rewind(std::uint64_t size) override;
  std::optional<SharedFile> share(json::Buffer& out) override;
  void skip_to(std::uint64_t size) override;

 private:
  static constexpr std::size_t kWorthAThread = 4;  // buffers before there is one
  // Bytes beyond which a buffer is not handed over, and is given back: huge values are in memory once.
  static constexpr std::size_t kLarge = std::size_t{1} << 20;

  bool has_thread();
  void hand_over(json::Buffer& out);
  ExportSink& settled();
  void work() noexcept;

  Host& caller_;
  std::unique_ptr<ExportSink> sink_;
  std::uint64_t taken_ = 0;
  std::size_t drained_ = 0;  // buffers
  std::thread thread_;

  // Shared with the thread, to which sink_ and the buffer belong while it is full.
  std::mutex mutex_;
  std::condition_variable there_is_work_;
  std::condition_variable all_is_done_;
  json::Buffer buffer_;
  bool full_ = false;
  bool stop_ = false;
  std::exception_ptr problem_;
};

}  // namespace whimbrel
