#include "common/transfer/references/id_map.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/cell_copy.h"
#include "common/transfer/hash.h"

namespace whimbrel {

namespace {

constexpr std::uint64_t kPlace = (std::uint64_t{1} << 40) - 1;
constexpr std::size_t kFewestSlots = 1024;

void append_size(std::string& out, std::size_t size) {
  while (size >= 0x80) {
    out += static_cast<char>(0x80 | (size & 0x7f));
    size >>= 7;
  }
  out += static_cast<char>(size);
}

std::size_t read_size(const char*& p) {
  std::size_t size = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*p++);
    size |= static_cast<std::size_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return size;
  }
}

std::string_view read_bytes(const char*& p) {
  const std::size_t size = read_size(p);
  const std::string_view bytes(p, size);
  p += size;
  return bytes;
}

bool is_single_integer(std::span<const Cell> cells) {
  return cells.size() == 1 && cells[0].tag == Tag::integer;
}

}  // namespace

void encode_key(std::span<const Cell> cells, std::string& out) {
  for (const Cell& cell : cells) {
    out += static_cast<char>(cell.tag);
    if (points_to_value(cell.tag)) {
      append_size(out, cell.size);
      out.append(cell.view());
    } else {
      char bytes[sizeof cell.integer];
      std::memcpy(bytes, &cell.integer, sizeof bytes);
      out.append(bytes, sizeof bytes);
    }
  }
}

void decode_key(std::string_view key, Cell* cells, std::size_t count) {
  const char* p = key.data();
  for (std::size_t i = 0; i < count; ++i) {
    const Tag tag = static_cast<Tag>(*p++);
    if (points_to_value(tag)) {
      cells[i] = Cell::of(tag, read_bytes(p));
    } else {
      std::int64_t value;
      std::memcpy(&value, p, sizeof value);
      p += sizeof value;
      cells[i] = Cell::of(tag, value);
    }
  }
}

bool IdMap::add(std::span<const Cell> from, std::span<const Cell> to) {
  if (is_single_integer(from) && is_single_integer(to)) {
    add_integer(from[0].integer, to[0].integer);
    ++size_;
    return true;
  }
  if ((used_ + 1) * 4 > slots_.size() * 3) grow_slots();
  scratch_.clear();
  encode_key(from, scratch_);
  const std::uint64_t hash = hash_bytes(scratch_, 0).low;
  const std::size_t slot = find_slot(scratch_, hash);
  if (slots_[slot] != 0) return false;
  const std::uint64_t place = log_.size();
  std::string entry, value;
  append_size(entry, scratch_.size());
  entry += scratch_;
  encode_key(to, value);
  append_size(entry, value.size());
  entry += value;
  log_.append(entry.data(), entry.size());
  slots_[slot] = (hash & ~kPlace) | (place + 1);
  ++used_;
  ++size_;
  return true;
}

void IdMap::add_integer(std::int64_t from, std::int64_t to) {
  if (!runs_.empty()) {
    Run& last = runs_.back();
    const std::uint64_t distance = static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(last.from);
    const std::uint64_t moved = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(last.to);
    if (from > last.from && to > last.to && distance == last.count && moved == last.count) {
      ++last.count;
      return;
    }
    ascending_ = ascending_ && from > last.from && distance >= last.count;
  }
  runs_.push_back({from, to, 1});
}

bool IdMap::seal() {
  if (ascending_) return true;
  std::sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) { return a.from < b.from; });
  for (std::size_t i = 1; i < runs_.size(); ++i) {
    const Run& before = runs_[i - 1];
    if (static_cast<std::uint64_t>(runs_[i].from) - static_cast<std::uint64_t>(before.from) >= before.count)
      continue;
    duplicate_ = runs_[i].from;
    return false;
  }
  ascending_ = true;
  return true;
}

const IdMap::Run* IdMap::find_run(std::int64_t from) const {
  const auto holds = [from](const Run& run) {
    return from >= run.from &&
           static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(run.from) < run.count;
  };
  if (last_run_ < runs_.size() && holds(runs_[last_run_])) return &runs_[last_run_];
  const Run* const found = std::upper_bound(
      runs_.begin(), runs_.end(), from, [](std::int64_t value, const Run& run) { return value < run.from; });
  if (found == runs_.begin() || !holds(found[-1])) return nullptr;
  last_run_ = static_cast<std::size_t>(found - 1 - runs_.begin());
  return found - 1;
}

bool IdMap::find(std::span<const Cell> from, Cell* to, Arena& arena) const {
  if (is_single_integer(from) && !runs_.empty()) {
    if (const Run* run = find_run(from[0].integer)) {
      *to = Cell::integer_of(run->to + (from[0].integer - run->from));
      return true;
    }
  }
  if (used_ == 0) return false;
  scratch_.clear();
  encode_key(from, scratch_);
  const std::uint64_t slot = slots_[find_slot(scratch_, hash_bytes(scratch_, 0).low)];
  if (slot == 0) return false;
  const char* p = log_.begin() + (slot & kPlace) - 1;
  read_bytes(p);
  // The log may move when more is added.
  decode_key(arena.copy(read_bytes(p)), to, from.size());
  return true;
}

std::string_view IdMap::entry(std::uint64_t slot) const {
  const char* p = log_.begin() + (slot & kPlace) - 1;
  return read_bytes(p);
}

// Where the key is, or the free place where it belongs.
std::size_t IdMap::find_slot(std::string_view key, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const std::uint64_t slot = slots_[at];
    if (slot == 0 || ((slot & ~kPlace) == (hash & ~kPlace) && entry(slot) == key)) return at;
  }
}

void IdMap::grow_slots() {
  const std::size_t size = slots_.empty() ? kFewestSlots : slots_.size() * 2;
  SpillArray<std::uint64_t> before = std::exchange(slots_, SpillArray<std::uint64_t>(slots_.space()));
  slots_.resize(size);
  for (const std::uint64_t slot : before) {
    if (slot == 0) continue;
    std::size_t at = hash_bytes(entry(slot), 0).low & (size - 1);
    while (slots_[at] != 0) at = (at + 1) & (size - 1);
    slots_[at] = slot;
  }
}

}  // namespace whimbrel
