// Reading many small files of one directory: what a run with nothing to do spends its time with. Where there
// are many, a second thread reads them while their names are still being listed, while the caller is busy
// with other things, and then half of the rest.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "common/migration/named_text.h"

namespace whimbrel {

inline constexpr std::size_t kMaxMigrationBytes = std::size_t{256} << 20;

class TextFiles {
 public:
  // `directory` is an open descriptor, and stays so until this object is gone; `path` is its own, with a
  // slash behind it, for messages.
  TextFiles(int directory, std::string path);
  ~TextFiles();
  TextFiles(const TextFiles&) = delete;
  TextFiles& operator=(const TextFiles&) = delete;

  // A file to read, by its name within the directory. `regular`: it is known to be; otherwise it is looked
  // at.
  void add(std::string name, bool regular);
  // Behind the last one, once.
  void close();
  // How many were added.
  std::size_t size() const { return added_; }
  // Once, behind close(): the texts in the order of their names, without what is neither a regular file nor a
  // link to one. Throws kFile with the path and the system's reason.
  std::vector<NamedText> finish();

 private:
  struct File {
    NamedText text;
    bool regular = false;
    bool readable = true;
  };
  using Piece = std::vector<File>;

  static constexpr std::size_t kPiece = 32;  // files that one thread takes at a time
  // A thread costs as much as opening some twenty files; and what allocates memory behind it takes locks.
  static constexpr std::size_t kWorthAThread = 512;

  void hand_out();
  // The next piece that nobody has read; waits where more may come. nullptr behind the last one.
  Piece* take_piece();
  std::exception_ptr take_part() noexcept;
  void set(bool& flag) noexcept;  // one of those below, for who waits

  int directory_;
  std::string path_;
  std::size_t added_ = 0;
  std::vector<File*> order_;        // by name
  std::unique_ptr<Piece> filling_;  // not handed out yet

  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<std::unique_ptr<Piece>> pieces_;  // guarded by mutex_, what they point to is not
  std::size_t taken_ = 0;                       // of pieces_
  bool closed_ = false;                         // no more will come
  bool stopped_ = false;                        // none is wanted any more

  std::exception_ptr helpers_problem_;
  std::thread helper_;
};

}  // namespace whimbrel
