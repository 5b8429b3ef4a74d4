#include "common/file/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "common/file/system_error.h"

namespace whimbrel {

File::File(std::string path) : path_(std::move(path)) {
  // Without O_NONBLOCK the open of a pipe would wait for a writer before it could be refused.
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw file_error("cannot read", path_, errno);
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) {
    const int reason = errno;
    ::close(descriptor_);
    throw file_error("cannot read", path_, reason);
  }
  if (!S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw not_a_regular_file("cannot read", path_, S_ISDIR(status.st_mode));
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

File::~File() { ::close(descriptor_); }

std::size_t File::read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const {
  for (;;) {
    const ssize_t got = ::pread(descriptor_, buffer, capacity, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw file_error("cannot read", path_, errno);
  }
}

std::size_t StoredSource::read(char* buffer, std::size_t capacity) {
  const std::size_t got = bytes_.read_at(offset_, buffer, capacity);
  offset_ += got;
  return got;
}

}  // namespace whimbrel
