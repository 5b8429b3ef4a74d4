#include "common/file/sink.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/file/system_error.h"

namespace whimbrel {

namespace {

constexpr std::string_view kAction = "cannot write";
constexpr unsigned kAttempts = 100;
constexpr std::uint64_t kWriteBehind = 8 << 20;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string resolve_links(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> resolved(::realpath(path.c_str(), nullptr));
  if (resolved == nullptr) throw file_error(kAction, path, errno);
  return resolved.get();
}

}  // namespace

AtomicFile::AtomicFile(const std::string& path, const std::string& forbidden, unsigned new_mode)
    : path_(path) {
  mode_t mode = new_mode == 0 ? 0666 : new_mode;
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (S_ISLNK(status.st_mode)) {
      path_ = resolve_links(path);
      if (::stat(path_.c_str(), &status) != 0) throw file_error(kAction, path, errno);
    }
    if (!S_ISREG(status.st_mode)) throw not_a_regular_file(kAction, path, S_ISDIR(status.st_mode));
    struct stat own {};
    if (!forbidden.empty() && ::stat(forbidden.c_str(), &own) == 0 && own.st_dev == status.st_dev &&
        own.st_ino == status.st_ino) {
      throw Error(code::kFile, std::string(kAction) + " file \"" + path + "\": it is the database itself");
    }
    if (::access(path_.c_str(), W_OK) != 0) throw file_error(kAction, path, errno);
    mode = status.st_mode & 07777;
    replaces_ = true;
  } else if (errno != ENOENT) {
    throw file_error(kAction, path, errno);
  }
  directory_ = directory_of(path_);
  open_temporary(mode, replaces_ || new_mode != 0);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::string AtomicFile::temporary_name(unsigned attempt) const {
  return path_ + ".whimbrel-" + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".tmp";
}

void AtomicFile::open_temporary(mode_t mode, bool keep_mode) {
  descriptor_ = ::open(directory_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  for (unsigned attempt = 0; descriptor_ < 0; ++attempt) {
    // EISDIR is what a kernel that does not know O_TMPFILE says.
    const bool try_named = attempt > 0 ? errno == EEXIST && attempt < kAttempts
                                       : errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL;
    if (!try_named) throw file_error(kAction, path_, errno);
    const std::string name = temporary_name(attempt);
    descriptor_ = ::open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (descriptor_ >= 0) temporary_ = name;
  }
  if (keep_mode) ::fchmod(descriptor_, mode);
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw file_error(kAction, path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset_ += static_cast<std::uint64_t>(written);
  }
  // The disk works while rows are read, so that the fsync at the end finds little to do.
  if (offset_ - started_ >= kWriteBehind) {
    ::sync_file_range(descriptor_, static_cast<off_t>(started_), static_cast<off_t>(offset_ - started_),
                      SYNC_FILE_RANGE_WRITE);
    started_ = offset_;
  }
}

void AtomicFile::truncate(std::uint64_t offset) {
  if (::ftruncate(descriptor_, static_cast<off_t>(offset)) != 0 ||
      ::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) {
    throw file_error(kAction, path_, errno);
  }
  offset_ = offset;
  if (started_ > offset_) started_ = offset_;
}

std::optional<SharedFile> AtomicFile::share() const {
  return SharedFile{"/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_), path_};
}

void AtomicFile::skip_to(std::uint64_t offset) {
  if (::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) throw file_error(kAction, path_, errno);
  offset_ = started_ = offset;
}

int AtomicFile::link_to(const std::string& name) const {
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor_);
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

void AtomicFile::commit(Existing existing) {
  if (::fsync(descriptor_) != 0) throw file_error(kAction, path_, errno);
  if (existing == Existing::keep && replaces_) throw file_error(kAction, path_, EEXIST);
  bool named = false;
  if (temporary_.empty()) {
    // A new file gets its name in one step; only an existing one has to be replaced by a rename.
    int reason = link_to(path_);
    named = reason == 0;
    if (existing == Existing::keep && reason == EEXIST) throw file_error(kAction, path_, reason);
    for (unsigned attempt = 0; !named && temporary_.empty(); ++attempt) {
      if (reason != EEXIST || attempt >= kAttempts) throw file_error(kAction, path_, reason);
      const std::string name = temporary_name(attempt);
      reason = link_to(name);
      if (reason == 0) temporary_ = name;
    }
  }
  if (!named) {
    if (existing == Existing::keep && ::link(temporary_.c_str(), path_.c_str()) != 0)
      throw file_error(kAction, path_, errno);
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw file_error(kAction, path_, errno);
    temporary_.clear();
  }
  ::close(descriptor_);
  descriptor_ = -1;
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;  // a directory that may be written but not read cannot be synced
  const int synced = ::fsync(directory);
  const int reason = errno;
  ::close(directory);
  if (synced != 0 && reason != EINVAL) throw file_error(kAction, path_, reason);
}

}  // namespace whimbrel
