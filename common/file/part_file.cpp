#include "common/file/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/file/system_error.h"

namespace whimbrel {

PartFile::PartFile(const SharedFile& file)
    : path_(file.path), descriptor_(::open(file.name.c_str(), O_WRONLY | O_CLOEXEC)) {}

PartFile::~PartFile() {
  if (is_open()) ::close(descriptor_);
}

void PartFile::write_at(std::uint64_t offset, std::string_view bytes) {
  const auto begin = static_cast<off_t>(offset);
  const auto size = static_cast<off_t>(bytes.size());
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw file_error("cannot write", path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  // The disk works while rows are read, so that the fsync at the end finds little to do.
  ::sync_file_range(descriptor_, begin, size, SYNC_FILE_RANGE_WRITE);
}

}  // namespace whimbrel
