// The digest of a table's rows: 128 bits that are the same for the same rows in both engines, whatever their
// order.
//
// Canonical text of a row: for each column, in the byte order of the columns' names, one tag byte and a
// payload (numbers little endian):
//
// - 'n': null.
// - 'a': no value in the document (only a document that was edited has such rows).
// - 'i', 'f', 'd': integer, real, number, and boolean as 1 or 0; see decimal.h.
// - 's', u32 length: text as its bytes, also with NUL or invalid UTF-8, and a uuid as its lower-case text.
// - 'b', u32 length: bytes.
// - 't', i64: timestamp, in microseconds since 2000-01-01 (of UTC, when it has a zone).
// - 'D', i64: date, in days since 2000-01-01.
// - 'T', i64: time, in microseconds.
// - 'j', 16 bytes: a JSON document, or an array; see json_hash.h.
//
// The declared type of a column (its Kind) tells how text is meant, so that an engine which keeps a date as
// text has the same digest as one with a type for it: text in a timestamp, date or time column that reads as
// such counts as such; text in a numeric or real column that is a number counts as number; text in a uuid
// column is lower-cased; text and numbers in a json, jsonb or array column that are valid JSON count as JSON.
// All other text is text.
//
// Hash of a row: XXH3-128 of its canonical text, seeded with XXH3-64 of the sorted column names joined by
// NUL. Digest of a table: the sum of the hashes of its rows modulo 2^128, printed as 32 hexadecimal digits.
// Generated columns are not part of it (whoever makes a TableDigest leaves them out).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/schema/kind.h"
#include "common/transfer/hash.h"
#include "common/transfer/json_hash.h"
#include "common/value.h"

namespace whimbrel {

class TableDigest {
 public:
  struct Column {
    std::string_view name;
    Kind kind = Kind::any;
    std::size_t cell = 0;  // where in a row its cell stands
  };

  explicit TableDigest(std::vector<Column> columns);

  void add(const Cell* row);
  void add(const RowBatch& batch) {
    for (std::size_t i = 0; i < batch.rows(); ++i) add(batch.row(i));
  }
  // Rows whose hashes were added elsewhere, of the same columns.
  void add(const Hash& sum, std::uint64_t rows) {
    sum_ += sum;
    rows_ += rows;
  }
  void restart() {
    sum_ = {};
    rows_ = 0;
    waiting_ = 0;
    at_ = scratch_.get();
  }

  Hash digest() {
    hash_waiting();
    return sum_;
  }
  std::uint64_t rows() const { return rows_; }

 private:
  enum class Reading : std::uint8_t { plain, timestamp, date, time, number, uuid, json };
  struct Step {
    std::size_t cell;
    Reading reading;
  };

  // Rows are hashed some at a time: a hash would have to wait for bytes that were written just before it.
  static constexpr std::size_t kMostWaiting = 32;

  static Reading reading_of(Kind kind);
  void hash_waiting();
  char* grow(char* at, std::size_t size);
  char* encode_text(char* at, const Cell& cell, Reading reading);
  char* encode_json(char* at, std::string_view document);
  char* encode_json_number(char* at, const Cell& cell);

  std::vector<Step> steps_;
  std::uint64_t seed_ = 0;
  std::unique_ptr<char[]> scratch_;
  char* limit_ = nullptr;
  char* at_ = nullptr;  // behind the canonical texts of rows that wait
  std::size_t ends_[kMostWaiting];
  std::size_t waiting_ = 0;
  JsonHasher json_;
  Hash sum_;
  std::uint64_t rows_ = 0;
  alignas(64) unsigned char secret_[192];
};

}  // namespace whimbrel
