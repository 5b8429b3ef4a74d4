#include "common/transfer/digest.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

#include "common/json/reader.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

constexpr std::size_t kFirstScratch = 8192;
// Of rows that wait: they stay in the first level cache.
constexpr std::size_t kMostWaitingBytes = 4096;
// More than any value without a size of its own takes.
constexpr std::size_t kFixedRoom = 64;

char* put_tagged(char* at, char tag, std::int64_t value) {
  *at = tag;
  std::memcpy(at + 1, &value, sizeof value);
  return at + 1 + sizeof value;
}

char* put_bytes(char* at, char tag, const char* data, std::uint32_t size) {
  *at = tag;
  std::memcpy(at + 1, &size, sizeof size);
  at += 1 + sizeof size;
  if (size != 0) std::memcpy(at, data, size);
  return at + size;
}

char* put_hash(char* at, const Hash& hash) {
  *at = 'j';
  std::memcpy(at + 1, &hash, sizeof hash);
  return at + 1 + sizeof hash;
}

}  // namespace

TableDigest::Reading TableDigest::reading_of(Kind kind) {
  switch (kind) {
    case Kind::timestamp:
    case Kind::timestamptz:
      return Reading::timestamp;
    case Kind::date:
      return Reading::date;
    case Kind::time:
      return Reading::time;
    case Kind::numeric:
    case Kind::real:
      return Reading::number;
    case Kind::uuid:
      return Reading::uuid;
    case Kind::json:
    case Kind::jsonb:
    case Kind::array:
    case Kind::composite:
      return Reading::json;
    default:
      return Reading::plain;
  }
}

TableDigest::TableDigest(std::vector<Column> columns)
    : scratch_(std::make_unique_for_overwrite<char[]>(kFirstScratch)),
      limit_(scratch_.get() + kFirstScratch),
      at_(scratch_.get()) {
  std::sort(columns.begin(), columns.end(), [](const Column& a, const Column& b) { return a.name < b.name; });
  std::string names;
  for (const Column& column : columns) {
    if (!steps_.empty()) names += '\0';
    names += column.name;
    steps_.push_back({column.cell, reading_of(column.kind)});
  }
  seed_ = XXH3_64bits(names.data(), names.size());
  static_assert(sizeof secret_ == XXH3_SECRET_DEFAULT_SIZE);
  XXH3_generateSecret_fromSeed(secret_, seed_);
}

char* TableDigest::grow(char* at, std::size_t size) {
  const std::size_t used = static_cast<std::size_t>(at - scratch_.get());
  const std::size_t wanted = std::max(used + size, 2 * static_cast<std::size_t>(limit_ - scratch_.get()));
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  std::memcpy(larger.get(), scratch_.get(), used);
  scratch_ = std::move(larger);
  limit_ = scratch_.get() + wanted;
  return scratch_.get() + used;
}

char* TableDigest::encode_json(char* at, std::string_view document) {
  return put_hash(at, json_.hash(document));
}

char* TableDigest::encode_json_number(char* at, const Cell& cell) {
  if (cell.tag == Tag::integer) return put_hash(at, JsonHasher::hash_integer(cell.integer));
  if (cell.tag == Tag::boolean) return encode_json(at, cell.integer != 0 ? "true" : "false");
  if (cell.real - cell.real != 0) return encode_real(at, cell.real);
  char text[64];
  const char* const end = std::to_chars(text, text + sizeof text, cell.real).ptr;
  return put_hash(at, json_.hash_number({text, static_cast<std::size_t>(end - text)}));
}

char* TableDigest::encode_text(char* at, const Cell& cell, Reading reading) {
  const std::string_view text = cell.view();
  switch (reading) {
    case Reading::plain:
      break;
    case Reading::timestamp:
      if (const auto parsed = parse_timestamp(text)) return put_tagged(at, 't', parsed->microseconds);
      break;
    case Reading::date:
      if (const auto days = parse_date(text)) return put_tagged(at, 'D', *days);
      break;
    case Reading::time:
      if (const auto microseconds = parse_time(text)) return put_tagged(at, 'T', *microseconds);
      break;
    case Reading::number:
      if (is_number_text(text)) return encode_number(at, text, true);
      break;
    case Reading::json:
      if (json::is_valid(text)) return encode_json(at, text);
      break;
    case Reading::uuid: {
      char* const begin = at + 1 + sizeof(std::uint32_t);
      at = put_bytes(at, 's', cell.data, cell.size);
      for (char* c = begin; c != at; ++c) {
        if (*c >= 'A' && *c <= 'Z') *c = static_cast<char>(*c | 0x20);
      }
      return at;
    }
  }
  return put_bytes(at, 's', cell.data, cell.size);
}

void TableDigest::add(const Cell* row) {
  char* at = at_;
  for (const Step step : steps_) {
    const Cell& cell = row[step.cell];
    if (static_cast<std::size_t>(limit_ - at) < cell.size + kFixedRoom) at = grow(at, cell.size + kFixedRoom);
    switch (cell.tag) {
      case Tag::absent:
        *at++ = 'a';
        break;
      case Tag::null:
        *at++ = 'n';
        break;
      case Tag::integer:
      case Tag::boolean:
        if (step.reading == Reading::json) {
          at = encode_json_number(at, cell);
        } else {
          at = encode_integer(at, cell.integer);
        }
        break;
      case Tag::real:
        at = step.reading == Reading::json ? encode_json_number(at, cell) : encode_real(at, cell.real);
        break;
      case Tag::real32:
        at = encode_real32(at, static_cast<float>(cell.real));
        break;
      case Tag::number:
        at = step.reading == Reading::json && is_number_text(cell.view())
                 ? encode_json(at, cell.view())
                 : encode_number(at, cell.view(), true);
        break;
      case Tag::text:
        if (step.reading == Reading::plain) {
          at = put_bytes(at, 's', cell.data, cell.size);
        } else {
          at = encode_text(at, cell, step.reading);
        }
        break;
      case Tag::odd_text:
        at = put_bytes(at, 's', cell.data, cell.size);
        break;
      case Tag::bytes:
        at = put_bytes(at, 'b', cell.data, cell.size);
        break;
      case Tag::date:
        at = put_tagged(at, 'D', cell.integer);
        break;
      case Tag::time:
        at = put_tagged(at, 'T', cell.integer);
        break;
      case Tag::timestamp:
      case Tag::timestamptz:
        at = put_tagged(at, 't', cell.integer);
        break;
      case Tag::uuid: {
        char text[36];
        format_uuid(text, cell.data);
        at = put_bytes(at, 's', text, sizeof text);
        break;
      }
      case Tag::json:
      case Tag::encoded:
        at = encode_json(at, cell.view());
        break;
      case Tag::hashed:
        *at = 'j';
        std::memcpy(at + 1, cell.data, sizeof(Hash));
        at += 1 + sizeof(Hash);
        break;
    }
  }
  at_ = at;
  ends_[waiting_++] = static_cast<std::size_t>(at - scratch_.get());
  ++rows_;
  if (waiting_ == kMostWaiting || ends_[waiting_ - 1] >= kMostWaitingBytes) hash_waiting();
}

void TableDigest::hash_waiting() {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < waiting_; ++i) {
    const XXH128_hash_t hash = XXH3_128bits_withSecretandSeed(scratch_.get() + begin, ends_[i] - begin,
                                                              secret_, sizeof secret_, seed_);
    sum_ += Hash{hash.low64, hash.high64};
    begin = ends_[i];
  }
  waiting_ = 0;
  at_ = scratch_.get();
}

}  // namespace whimbrel
