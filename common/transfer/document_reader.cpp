#include "common/transfer/document_reader.h"

#include <utility>

#include "common/error.h"
#include "common/transfer/problems.h"

namespace whimbrel {

namespace {

using json::Token;

json::ReaderOptions reader_options(const json::Position& start, bool many) {
  json::ReaderOptions options;
  options.start = start;
  options.many = many;
  return options;
}

constexpr std::uint64_t kPartsPerInterrupt = 1024;

// Looks for the metadata behind the beginning.
void find_metadata(Host& host, const DocumentInput& input, DocumentOutline& outline) {
  const auto stream = input.open({}, outline.layout == Layout::lines);
  DocumentCursor cursor(stream->reader(), outline.layout);
  for (std::uint64_t parts = 0;; ++parts) {
    if (parts % kPartsPerInterrupt == 0) host.check_interrupt();
    switch (cursor.next()) {
      case DocumentPart::metadata:
        outline.metadata = read_metadata(stream->reader());
        outline.has_metadata = true;
        return;
      case DocumentPart::table:
        break;
      case DocumentPart::row:
      case DocumentPart::end_mark:
        cursor.reader().skip_value();
        break;
      case DocumentPart::end:
        return;
    }
  }
}

}  // namespace

StoredInput::StoredInput(std::unique_ptr<const StoredBytes> bytes) : bytes_(std::move(bytes)) {
  char first[4];
  const std::size_t size = bytes_->read_at(0, first, sizeof first);
  const Compression compression = compression_of_content({first, size});
  if (compression != Compression::none) compressed_ = std::make_unique<CompressedFile>(*bytes_, compression);
}

std::unique_ptr<DocumentStream> StoredInput::open(const json::Position& start, bool many) const {
  std::unique_ptr<ByteSource> source;
  if (compressed_ != nullptr)
    source = compressed_->open(start.offset);
  else
    source = std::make_unique<StoredSource>(*bytes_, start.offset);
  return std::make_unique<DocumentStream>(std::move(source), reader_options(start, many));
}

std::unique_ptr<DocumentStream> TextInput::open(const json::Position& start, bool many) const {
  return std::make_unique<DocumentStream>(text_.substr(static_cast<std::size_t>(start.offset)),
                                          reader_options(start, many));
}

DocumentOutline read_outline(Host& host, const DocumentInput& input) {
  DocumentOutline outline;
  const auto stream = input.open({}, true);
  json::Reader& reader = stream->reader();
  const Token first = reader.next();
  if (first == Token::end) throw Error(code::kInvalidDocument, "the document is empty");
  if (first != Token::begin_object) {
    throw Error(code::kInvalidDocument, "the document must begin with an object",
                "An exported document begins with {\"metadata\": …}.");
  }
  if (reader.next() != Token::key) return outline;
  const std::string key(reader.text());
  if (key == "metadata") {
    outline.metadata = read_metadata(reader);
    outline.has_metadata = true;
    // In lines the first value ends here and others follow.
    if (reader.next() == Token::end_object && reader.next() != Token::end) outline.layout = Layout::lines;
    return outline;
  }
  if ((key == "table" && reader.peek() == Token::string) ||
      (key == "row" && reader.peek() == Token::begin_object))
    outline.layout = Layout::lines;
  try {
    find_metadata(host, input, outline);
  } catch (const Error& error) {
    if (outline.has_metadata || !is_of_document(error)) throw;
    // Whoever reads the rows meets the same fault and can say in which table and row it is.
  }
  return outline;
}

DocumentCursor DocumentCursor::at_table(json::Reader& reader, Layout layout, std::string table) {
  DocumentCursor cursor(reader, layout);
  cursor.table_ = std::move(table);
  cursor.any_table_ = true;
  if (layout == Layout::lines) {
    cursor.state_ = State::line;
  } else {
    reader.next();  // the bracket
    cursor.state_ = State::rows;
  }
  return cursor;
}

void DocumentCursor::fail(std::string message) const {
  const json::Position position = reader_.position();
  throw Error(code::kInvalidDocument, std::move(message),
              "It stands in line " + std::to_string(position.line) + ", column " +
                  std::to_string(position.column) + " of the document.");
}

DocumentPart DocumentCursor::next() { return layout_ == Layout::lines ? next_line() : next_in_document(); }

DocumentPart DocumentCursor::begin_table(const std::string& key) {
  const auto name = table_of_key(key);
  if (!name) fail("the document has an unknown key \"" + key + "\"");
  if (reader_.next() != Token::begin_array) fail("the value of key \"" + key + "\" must be an array of rows");
  table_ = *name;
  table_start_ = reader_.position();
  state_ = State::rows;
  return DocumentPart::table;
}

DocumentPart DocumentCursor::next_row() {
  if (reader_.peek() == Token::begin_object) return DocumentPart::row;
  if (reader_.next() != Token::end_array) fail(place_text(table_, 0) + ": a row must be an object");
  state_ = State::after_table;
  return DocumentPart::end;
}

DocumentPart DocumentCursor::next_in_document() {
  if (state_ == State::start) {
    if (reader_.next() != Token::begin_object) fail("the document must begin with an object");
    state_ = State::member;
  }
  if (state_ == State::rows && next_row() == DocumentPart::row) return DocumentPart::row;
  if (reader_.next() != Token::key) {
    reader_.next();  // a document has one value only
    return DocumentPart::end;
  }
  state_ = State::member;
  const std::string key(reader_.text());
  if (key == "metadata") return DocumentPart::metadata;
  if (key == "$end") return DocumentPart::end_mark;
  return begin_table(key);
}

DocumentPart DocumentCursor::next_line() {
  if (state_ == State::row_of_line) {
    state_ = State::line_rest;
    return DocumentPart::row;
  }
  if (state_ == State::kept_row) {
    state_ = State::line;
    return DocumentPart::row;
  }
  kept_row_.reset();
  if (state_ == State::line_rest && reader_.next() != Token::end_object) {
    fail("a line of the document has more than one value");
  }
  const Token first = reader_.next();
  if (first == Token::end) return DocumentPart::end;
  if (first != Token::begin_object) fail("a line of the document must be an object");
  row_start_ = reader_.position();
  if (reader_.next() != Token::key) fail("a line of the document is empty");
  state_ = State::line_rest;
  if (reader_.text() == "metadata") return DocumentPart::metadata;
  if (reader_.text() == "$end") return DocumentPart::end_mark;
  if (reader_.text() == "row") return keep_row();
  if (reader_.text() != "table" || reader_.next() != Token::string) fail_line();
  const bool same = take_table();
  if (reader_.next() != Token::key || reader_.text() != "row" || reader_.peek() != Token::begin_object)
    fail_line();
  return next_in_table(same, State::row_of_line);
}

// Whether it is that of the line before.
bool DocumentCursor::take_table() {
  const bool same = any_table_ && reader_.text() == table_;
  if (!same) table_ = reader_.text();
  return same;
}

DocumentPart DocumentCursor::next_in_table(bool same, State of_first) {
  if (same) return DocumentPart::row;
  any_table_ = true;
  table_start_ = row_start_;
  state_ = of_first;
  return DocumentPart::table;
}

// Programs that sort the members of an object write the row first.
DocumentPart DocumentCursor::keep_row() {
  if (reader_.peek() != Token::begin_object) fail_line();
  row_text_ = reader_.raw_value();
  json::ReaderOptions options;
  options.start = reader_.position();
  if (reader_.next() != Token::key || reader_.text() != "table" || reader_.next() != Token::string)
    fail_line();
  const bool same = take_table();
  if (reader_.next() != Token::end_object) fail("a line of the document has more than one value");
  kept_row_ = std::make_unique<json::Reader>(row_text_, options);
  state_ = State::line;
  return next_in_table(same, State::kept_row);
}

void DocumentCursor::fail_line() const { fail("a line of the document must be {\"table\":…,\"row\":{…}}"); }

}  // namespace whimbrel
