// Memory that may become larger than what a process should hold: arrays that begin in memory and go on in a
// file without a name, mapped. The file's blocks are allocated before they are used, so that a full disk is
// an error and not a signal; it is gone with the process whatever ends it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

namespace whimbrel {

// The descriptor of a new file without a name, for reading and writing. `directory` is made when it is not
// there, with what is above it. Throws kFile.
int open_unnamed(const std::string& directory);

// What the arrays of one job share: how much of them stays in memory, and where the rest goes.
class SpillSpace {
 public:
  static constexpr std::size_t kMemory = std::size_t{64} << 20;

  // `directory` is made when it is not there, with what is above it.
  explicit SpillSpace(std::string directory, std::size_t memory = kMemory)
      : directory_(std::move(directory)), left_(memory) {}
  SpillSpace(const SpillSpace&) = delete;
  SpillSpace& operator=(const SpillSpace&) = delete;

  const std::string& directory() const { return directory_; }
  // Bytes of files that are mapped at this moment.
  std::uint64_t spilled() const { return spilled_; }

 private:
  friend class SpillBytes;
  std::string directory_;
  std::size_t left_;  // of the memory
  std::uint64_t spilled_ = 0;
};

// Bytes that grow, zero where nothing was written. The space must outlive them.
class SpillBytes {
 public:
  explicit SpillBytes(SpillSpace& space) : space_(&space) {}
  ~SpillBytes() { release(); }
  SpillBytes(SpillBytes&& other) noexcept;
  SpillBytes& operator=(SpillBytes&& other) noexcept;

  char* data() { return data_; }
  const char* data() const { return data_; }
  std::size_t capacity() const { return capacity_; }
  SpillSpace& space() const { return *space_; }
  // At least `size` bytes from now on; data() may move. Throws kFile when there is no room on the disk.
  void reserve(std::size_t size) {
    if (size > capacity_) grow(size);
  }

 private:
  void grow(std::size_t size);
  void map(std::size_t size);
  void open();
  void release() noexcept;

  SpillSpace* space_;
  char* data_ = nullptr;
  std::size_t capacity_ = 0;
  int descriptor_ = -1;  // of the file, when it is one
};

template <typename T>
class SpillArray {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit SpillArray(SpillSpace& space) : bytes_(space) {}

  SpillSpace& space() const { return bytes_.space(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* begin() { return reinterpret_cast<T*>(bytes_.data()); }
  T* end() { return begin() + size_; }
  const T* begin() const { return reinterpret_cast<const T*>(bytes_.data()); }
  const T* end() const { return begin() + size_; }
  T& operator[](std::size_t index) { return begin()[index]; }
  const T& operator[](std::size_t index) const { return begin()[index]; }
  T& back() { return begin()[size_ - 1]; }

  void push_back(const T& value) {
    bytes_.reserve((size_ + 1) * sizeof(T));
    begin()[size_++] = value;
  }
  void append(const T* values, std::size_t count) {
    if (count == 0) return;
    bytes_.reserve((size_ + count) * sizeof(T));
    std::memcpy(end(), values, count * sizeof(T));
    size_ += count;
  }
  // New ones are zero, unless there were others before.
  void resize(std::size_t size) {
    bytes_.reserve(size * sizeof(T));
    size_ = size;
  }

 private:
  SpillBytes bytes_;
  std::size_t size_ = 0;
};

}  // namespace whimbrel
