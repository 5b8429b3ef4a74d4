#include "sqlite_ext/database_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/file/system_error.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/schema_trust.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::string_view kReading = "cannot read";
constexpr std::string_view kWriting = "cannot write";
constexpr int kInstructionsPerLook = 20000;

// SQLite's own messages for these do not say what to do.
void explain(Error& error) {
  const int result = result_code(error);
  switch (result & 0xff) {
    case SQLITE_NOTADB:
      error.hint = "It is another kind of file, or an encrypted database.";
      return;
    case SQLITE_CORRUPT:
      error.hint = "PRAGMA integrity_check says where the damage is; sqlite3's .recover saves what is left.";
      return;
    case SQLITE_BUSY:
      error.hint = "Another process is changing the database; try again.";
      return;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      if (result == SQLITE_READONLY_ROLLBACK) {
        error.detail = "A transaction was interrupted and waits in the journal to be rolled back.";
        error.hint = "Open the database once with the application or the sqlite3 shell, which does it.";
      } else {
        error.hint =
            "A database in WAL mode is read together with its files -wal and -shm, which the server's user "
            "must "
            "be able to open, or to make where they are missing.";
      }
      return;
    default:
      return;
  }
}

}  // namespace

DatabaseFile::DatabaseFile(std::string path, FileAccess access, unsigned new_mode, StopSign stop)
    : path_(std::move(path)), opened_(path_), access_(access), new_mode_(new_mode), stop_(stop) {
  try {
    open();
    harden();
    if (access_ == FileAccess::read) {
      snapshot_.emplace(db_.get());
    } else {
      transaction_.emplace(db_.get());
    }
    host_ = std::make_unique<SqliteHost>(db_.get(), transaction_ ? &*transaction_ : nullptr);
  } catch (Error& error) {
    explain(error);
    if (made_) ::unlink(opened_.c_str());
    throw;
  }
}

DatabaseFile::~DatabaseFile() {
  host_.reset();
  transaction_.reset();
  snapshot_.reset();
  db_.reset();
  if (made_) ::unlink(opened_.c_str());
}

void DatabaseFile::open() {
  struct stat status {};
  const bool there = ::stat(path_.c_str(), &status) == 0;
  int flags = SQLITE_OPEN_READONLY;
  if (access_ == FileAccess::read) {
    if (!there) throw file_error(kReading, path_, errno);
    if (!S_ISREG(status.st_mode)) throw not_a_regular_file(kReading, path_, S_ISDIR(status.st_mode));
    if (::access(path_.c_str(), R_OK) != 0) throw file_error(kReading, path_, errno);
  } else {
    if (there) throw file_error(kWriting, path_, EEXIST);
    opened_ = path_ + ".whimbrel-" + std::to_string(::getpid()) + ".tmp";
    const int file = ::open(opened_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) throw file_error(kWriting, path_, errno);
    ::close(file);
    made_ = true;
    flags = SQLITE_OPEN_READWRITE;
  }
  // One thread uses this connection; the locks of each call took a fiftieth of an import.
  flags |= SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(opened_.c_str(), &db, flags, nullptr);
  db_.reset(db);
  check(db, result);
}

void DatabaseFile::harden() {
  sqlite3* const db = db_.get();
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  limit_schema_trust(db);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  sqlite3_busy_handler(db, &wait, this);
  sqlite3_progress_handler(db, kInstructionsPerLook, &look, this);
  if (access_ == FileAccess::read) {
    run_sql(db, "PRAGMA query_only = ON");
    // A damaged page is an error where it is read, instead of strange rows.
    run_sql(db, "PRAGMA cell_size_check = ON");
  } else {
    // A new file that nobody has seen needs no way back.
    run_sql(db, "PRAGMA journal_mode = OFF");
    run_sql(db, "PRAGMA synchronous = OFF");
  }
}

int DatabaseFile::wait(void* file, int count) {
  constexpr int kPauseMs = 10;
  if (static_cast<DatabaseFile*>(file)->stop_() || count * kPauseMs >= StatementLimits::kLockTimeoutMs)
    return 0;
  sqlite3_sleep(kPauseMs);
  return 1;
}

int DatabaseFile::look(void* file) { return static_cast<DatabaseFile*>(file)->stop_() ? 1 : 0; }

void DatabaseFile::publish() {
  host_.reset();
  transaction_->finish();
  transaction_.reset();
  sqlite3* const db = db_.release();
  check(db, sqlite3_close(db));
  if (new_mode_ != 0 && ::chmod(opened_.c_str(), new_mode_) != 0) throw file_error(kWriting, path_, errno);
  const int file = ::open(opened_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw file_error(kWriting, path_, errno);
  const bool synced = ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!synced) throw file_error(kWriting, path_, error);
  // A name, unless there is one by now.
  if (::link(opened_.c_str(), path_.c_str()) != 0) throw file_error(kWriting, path_, errno);
  ::unlink(opened_.c_str());
  made_ = false;
  const std::size_t slash = path_.rfind('/');
  const std::string directory = slash == 0 || slash == std::string::npos ? "/" : path_.substr(0, slash);
  if (const int folder = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC); folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

}  // namespace whimbrel::sqlite
