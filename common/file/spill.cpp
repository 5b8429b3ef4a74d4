#include "common/file/spill.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "common/file/system_error.h"

namespace whimbrel {

namespace {

constexpr std::size_t kPage = 64 * 1024;

std::size_t in_pages(std::size_t size) { return (size + kPage - 1) / kPage * kPage; }

std::string shown(const SpillSpace& space) { return space.directory() + "/(unnamed)"; }

}  // namespace

int open_unnamed(const std::string& directory) {
  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
#ifdef O_TMPFILE
  const int unnamed = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (unnamed >= 0) return unnamed;
#endif
  // A file system that has no such files.
  const std::string pattern = directory + "/whimbrel-XXXXXX";
  std::vector<char> name(pattern.c_str(), pattern.c_str() + pattern.size() + 1);
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) throw file_error("cannot make temporary", pattern, errno);
  ::unlink(name.data());
  return named;
}

SpillBytes::SpillBytes(SpillBytes&& other) noexcept
    : space_(other.space_),
      data_(std::exchange(other.data_, nullptr)),
      capacity_(std::exchange(other.capacity_, 0)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

SpillBytes& SpillBytes::operator=(SpillBytes&& other) noexcept {
  std::swap(space_, other.space_);
  std::swap(data_, other.data_);
  std::swap(capacity_, other.capacity_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

void SpillBytes::grow(std::size_t size) {
  const std::size_t wanted = in_pages(std::max(size, capacity_ + capacity_ / 2));
  if (descriptor_ < 0 && wanted - capacity_ > space_->left_) open();
  map(wanted);
}

// From memory into a file, with what there is.
void SpillBytes::open() {
  SpillBytes file(*space_);
  file.descriptor_ = open_unnamed(space_->directory_);
  if (capacity_ != 0) {
    file.map(capacity_);
    std::memcpy(file.data_, data_, capacity_);
  }
  *this = std::move(file);
}

void SpillBytes::map(std::size_t size) {
  if (descriptor_ >= 0) {
    int error = EINTR;
    while (error == EINTR)
      error =
          ::posix_fallocate(descriptor_, static_cast<off_t>(capacity_), static_cast<off_t>(size - capacity_));
    if (error != 0) throw file_error("cannot write temporary", shown(*space_), error);
  }
  void* const mapped =
      data_ != nullptr   ? ::mremap(data_, capacity_, size, MREMAP_MAYMOVE)
      : descriptor_ >= 0 ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0)
                         : ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw file_error("cannot map temporary", shown(*space_), errno);
  if (descriptor_ >= 0) {
    space_->spilled_ += size - capacity_;
  } else {
    space_->left_ -= size - capacity_;
  }
  data_ = static_cast<char*>(mapped);
  capacity_ = size;
}

void SpillBytes::release() noexcept {
  if (data_ != nullptr) {
    ::munmap(data_, capacity_);
    if (descriptor_ >= 0) {
      space_->spilled_ -= capacity_;
    } else {
      space_->left_ += capacity_;
    }
  }
  if (descriptor_ >= 0) ::close(descriptor_);
  data_ = nullptr;
  capacity_ = 0;
  descriptor_ = -1;
}

}  // namespace whimbrel
