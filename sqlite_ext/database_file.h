// A SQLite database in a file, opened by ourselves: for a host of another engine that reads one or makes a
// new one. What the file holds is untrusted: its schema can call nothing, damage is found where it is met,
// and an extension is never loaded.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/host.h"
#include "sqlite_ext/host.h"

namespace whimbrel::sqlite {

// Whether the work should stop; asked every few thousand instructions of SQLite. It must not throw.
using StopSign = bool (*)();

class DatabaseFile : public SqliteFile {
 public:
  // To read: nothing is written, no other connection waits for us where the database is in WAL mode, and all
  // reads see one moment. `write`: a new file, which has its name only after publish(); `new_mode` are its
  // permissions. Throws kFile, kSqliteFile.
  DatabaseFile(std::string path, FileAccess access, unsigned new_mode, StopSign stop);
  ~DatabaseFile() override;
  DatabaseFile(const DatabaseFile&) = delete;
  DatabaseFile& operator=(const DatabaseFile&) = delete;

  Host& host() override { return *host_; }
  void publish() override;

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };

  void open();
  void harden();
  static int wait(void* file, int count);
  static int look(void* file);

  std::string path_;
  std::string opened_;  // path_, or the temporary file beside it
  FileAccess access_;
  unsigned new_mode_;
  StopSign stop_;
  bool made_ = false;  // opened_ is a file of ours
  std::unique_ptr<sqlite3, Close> db_;
  std::optional<ReadScope> snapshot_;
  std::optional<WriteScope> transaction_;
  std::unique_ptr<SqliteHost> host_;
};

}  // namespace whimbrel::sqlite
