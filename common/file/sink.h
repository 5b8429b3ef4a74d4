// Writing a file that appears complete or not at all. The bytes go to a file without a name in the target's
// own directory (so that nothing stays even after kill -9), which gets its name only in commit(). Where the
// file system has no such files, a named temporary file takes its place, removed by the destructor.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/json/source.h"

namespace whimbrel {

// A file that other processes may write to.
struct SharedFile {
  std::string name;  // to open it by, while the one who shares it has it open
  std::string path;  // what it is going to be
};

// A sink whose end can be taken back.
class RewindableSink : public ByteSink {
 public:
  // Bytes written so far.
  virtual std::uint64_t offset() const = 0;
  // Takes everything behind `offset` back.
  virtual void truncate(std::uint64_t offset) = 0;
  // At the end, once: what was written stays. Nothing may be written afterwards.
  virtual void finish() = 0;
  // None where others cannot write to it.
  virtual std::optional<SharedFile> share() const { return std::nullopt; }
  // What stands between offset() and `offset` was written by others.
  virtual void skip_to(std::uint64_t offset) { static_cast<void>(offset); }
};

class AtomicFile : public RewindableSink {
 public:
  // Refuses whatever is at `path` unless it is a regular file, and `forbidden` (the database's own file; ""
  // for none) under whatever name. An existing file keeps its permissions and stays as it is until commit();
  // a new one gets `mode`, or with 0 what the process' umask leaves.
  explicit AtomicFile(const std::string& path, const std::string& forbidden = {}, unsigned new_mode = 0);
  ~AtomicFile() override;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes) override;
  std::uint64_t offset() const override { return offset_; }
  void truncate(std::uint64_t offset) override;
  void finish() override { commit(); }
  std::optional<SharedFile> share() const override;
  void skip_to(std::uint64_t offset) override;
  enum class Existing : std::uint8_t { replace, keep };
  // fsync, the name, fsync of the directory. Nothing may be written afterwards. With `keep` a file that
  // exists by then is an error.
  void commit(Existing existing = Existing::replace);

 private:
  void open_temporary(mode_t mode, bool keep_mode);
  int link_to(const std::string& name) const;  // 0 or an errno
  std::string temporary_name(unsigned attempt) const;

  std::string path_;  // where symbolic links lead to
  std::string directory_;
  std::string temporary_;  // the name of the temporary file, while it has one
  bool replaces_ = false;
  int descriptor_ = -1;
  std::uint64_t offset_ = 0;
  std::uint64_t started_ = 0;  // bytes whose way to the disk has begun
};

}  // namespace whimbrel
