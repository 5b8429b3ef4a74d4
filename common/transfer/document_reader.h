// Walking through a document from front to back: which layout it has, its metadata wherever that stands, the
// tables and their rows in order. Knows nothing about a target: what is inside a row is RowParser's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/file/compressed_file.h"
#include "common/file/source.h"
#include "common/host.h"
#include "common/json/reader.h"
#include "common/transfer/document.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {

// A reader over a part of a document, with what it reads from.
class DocumentStream {
 public:
  DocumentStream(std::unique_ptr<ByteSource> source, const json::ReaderOptions& options)
      : source_(std::move(source)), reader_(*source_, options) {}
  DocumentStream(std::string_view text, const json::ReaderOptions& options) : reader_(text, options) {}

  json::Reader& reader() { return reader_; }

 private:
  std::unique_ptr<ByteSource> source_;
  json::Reader reader_;
};

// A document that can be read more than once, from any place in it.
class DocumentInput {
 public:
  virtual ~DocumentInput() = default;
  // `many`: several JSON values may follow each other there.
  virtual std::unique_ptr<DocumentStream> open(const json::Position& start, bool many) const = 0;
  // Whether its bytes come through the host.
  virtual bool is_of_host() const { return false; }
};

// Compressed or not, as the content tells.
class StoredInput : public DocumentInput {
 public:
  explicit StoredInput(std::unique_ptr<const StoredBytes> bytes);
  std::unique_ptr<DocumentStream> open(const json::Position& start, bool many) const override;
  bool is_of_host() const override { return bytes_->is_of_host(); }

 private:
  std::unique_ptr<const StoredBytes> bytes_;
  std::unique_ptr<CompressedFile> compressed_;  // null: it is not
};

class FileInput : public StoredInput {
 public:
  explicit FileInput(const std::string& path) : StoredInput(std::make_unique<File>(path)) {}
};

// `text` must outlive it.
class TextInput : public DocumentInput {
 public:
  explicit TextInput(std::string_view text) : text_(text) {}
  std::unique_ptr<DocumentStream> open(const json::Position& start, bool many) const override;

 private:
  std::string_view text_;
};

// What has to be known before rows can be read.
struct DocumentOutline {
  Layout layout = Layout::document;  // or lines
  bool has_metadata = false;
  Metadata metadata;
};

// Reads the beginning only when the metadata stands there, as in our own documents; else all of it. Throws
// kInvalidJson or kInvalidDocument; a fault behind the beginning is left to whoever reads the rows.
DocumentOutline read_outline(Host& host, const DocumentInput& input);

enum class DocumentPart : std::uint8_t {
  metadata,  // the reader stands in front of its value
  table,     // a table begins, or goes on (lines)
  row,       // reader() stands in front of the row's object
  end_mark,  // the reader stands in front of $end's value
  end,       // everything was read
};

class DocumentCursor {
 public:
  // From the beginning of the document.
  DocumentCursor(json::Reader& reader, Layout layout) : reader_(reader), layout_(layout) {}
  // From a table_start() of an earlier walk: first come the rows of that table; what follows in a document of
  // the layout `document` must not be read.
  static DocumentCursor at_table(json::Reader& reader, Layout layout, std::string table);

  // The next part. Where the reader stands in front of a value, the caller has read exactly that value before
  // it calls again. Throws kInvalidDocument where the shape is not ours.
  DocumentPart next();

  // Where the value is that next() announced: for rows another one than the document's, where a line has its
  // row in front of its table's name and so has to be read twice.
  json::Reader& reader() { return kept_row_ ? *kept_row_ : reader_; }

  const std::string& table() const { return table_; }
  // At DocumentPart::table: where at_table() can go on.
  const json::Position& table_start() const { return table_start_; }

 private:
  enum class State : std::uint8_t {
    start,
    member,
    rows,
    after_table,
    line,
    line_rest,
    row_of_line,
    kept_row
  };

  DocumentPart next_in_document();
  DocumentPart next_line();
  DocumentPart next_in_table(bool same, State of_first);
  DocumentPart keep_row();
  bool take_table();
  [[noreturn]] void fail_line() const;
  DocumentPart next_row();
  DocumentPart begin_table(const std::string& key);
  [[noreturn]] void fail(std::string message) const;

  json::Reader& reader_;
  Layout layout_;
  State state_ = State::start;
  bool any_table_ = false;
  std::string table_;
  json::Position table_start_;
  json::Position row_start_;
  std::string row_text_;
  std::unique_ptr<json::Reader> kept_row_;  // of row_text_
};

}  // namespace whimbrel
