#include "sqlite_ext/row_store.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "common/file/spill.h"
#include "common/file/system_error.h"
#include "sqlite_ext/output.h"
#include "sqlite_ext/read_cell.h"
#include "sqlite_ext/temporary_directory.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::size_t kHead = 13;
constexpr std::size_t kPiece = 64 * 1024;

[[noreturn]] void fail(const char* what) {
  const int reason = errno;  // which looking for the directory changes
  Error error =
      file_error(std::string("cannot ") + what + " temporary", temporary_directory() + "/(unnamed)", reason);
  error.detail = "Rows beyond 4 MB wait in the directory that SQLITE_TMPDIR or TMPDIR names.";
  throw error;
}

}  // namespace

// Each cell as its value, size and tag, then what it points to.
void RowStore::emit(std::span<const Cell> row) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Cell cell = output_cell(row[i], columns_[i].type, arena_);
    char head[kHead];
    std::memcpy(head, &cell.integer, 8);
    std::memcpy(head + 8, &cell.size, 4);
    std::memcpy(head + 12, &cell.tag, 1);
    bytes_.append(head, sizeof head);
    if (points(cell.tag)) bytes_.append(cell.view());
  }
  arena_.clear();
  ++rows_;
  if (bytes_.size() >= kInMemory) spill();
}

void RowStore::spill() {
  if (file_ == nullptr) {
    const int descriptor = open_unnamed(temporary_directory());
    file_.reset(::fdopen(descriptor, "w+b"));
    if (file_ == nullptr) {
      ::close(descriptor);
      throw std::bad_alloc();
    }
  }
  if (std::fwrite(bytes_.data(), 1, bytes_.size(), file_.get()) != bytes_.size()) fail("write");
  bytes_.clear();
}

void RowStore::finish() {
  if (file_ == nullptr) return;
  spill();
  if (std::fflush(file_.get()) != 0) fail("write");
  std::rewind(file_.get());
  bytes_ = std::string();
}

// From the file in large pieces: its own functions take a lock for each call.
void RowStore::read(char* at, std::size_t size) {
  while (size > bytes_.size() - at_) {
    const std::size_t there = bytes_.size() - at_;
    std::memcpy(at, bytes_.data() + at_, there);
    at += there;
    size -= there;
    at_ = 0;
    bytes_.resize(kPiece);
    bytes_.resize(std::fread(bytes_.data(), 1, kPiece, file_.get()));
    if (bytes_.empty()) fail("read");
  }
  std::memcpy(at, bytes_.data() + at_, size);
  at_ += size;
}

bool RowStore::next() {
  if (fetched_ == rows_) return false;
  ++fetched_;
  arena_.clear();
  for (Cell& cell : row_) {
    char head[kHead];
    read(head, sizeof head);
    std::memcpy(&cell.integer, head, 8);
    std::memcpy(&cell.size, head + 8, 4);
    std::memcpy(&cell.tag, head + 12, 1);
    if (!points(cell.tag)) continue;
    char* data = arena_.allocate(cell.size);
    if (cell.size != 0) read(data, cell.size);
    cell.data = data;
  }
  return true;
}

}  // namespace whimbrel::sqlite
