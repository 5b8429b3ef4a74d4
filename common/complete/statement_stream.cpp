#include "common/complete/statement_stream.h"

#include <algorithm>
#include <cstring>

namespace whimbrel {

namespace {

constexpr std::size_t kChunk = 1024 * 1024;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What ends a plain stretch of a statement.
bool is_mark(char c) {
  return c == '\'' || c == '"' || c == ';' || c == '-' || c == '/' || c == '$' || c == '[' || c == '`';
}

}  // namespace

bool StatementStream::read_more() {
  if (ended_) return false;
  const std::size_t size = window_.size();
  window_.resize(size + kChunk);
  const std::size_t got = source_.read(window_.data() + size, kChunk);
  window_.resize(size + got);
  ended_ = got == 0;
  return !ended_;
}

bool StatementStream::at(std::size_t place) {
  while (place >= window_.size())
    if (!read_more()) return false;
  return true;
}

std::size_t StatementStream::skip_blank(std::size_t place) {
  while (at(place) && (window_[place] == ' ' || window_[place] == '\n' || window_[place] == '\r' ||
                       window_[place] == '\t'))
    ++place;
  return place;
}

std::size_t StatementStream::quoted_end(std::size_t from, char quote, bool backslash) {
  for (std::size_t place = from;;) {
    if (!at(place)) break;
    if (backslash) {
      if (window_[place] == '\\') {
        place += 2;
        continue;
      }
      if (window_[place] != quote) {
        ++place;
        continue;
      }
      return place + 1;  // a doubled quote begins the next string at once
    }
    const void* const found = std::memchr(window_.data() + place, quote, window_.size() - place);
    if (found != nullptr)
      return static_cast<std::size_t>(static_cast<const char*>(found) - window_.data()) + 1;
    place = window_.size();
  }
  closed_ = false;
  return window_.size();
}

// $tag$ … $tag$; a lone dollar is a byte like any other.
std::size_t StatementStream::dollar_end(std::size_t from) {
  std::size_t place = from + 1;
  while (at(place) && is_word(window_[place])) ++place;
  if (!at(place) || window_[place] != '$' || rules_ != sql::Rules::postgresql) return from + 1;
  const std::string tag = window_.substr(from, place + 1 - from);
  for (std::size_t search = place + 1;;) {
    const std::size_t found = window_.find(tag, search);
    if (found != std::string::npos) return found + tag.size();
    search = std::max(search, window_.size() - std::min(window_.size(), tag.size()));
    if (!read_more()) break;
  }
  closed_ = false;
  return window_.size();
}

std::size_t StatementStream::comment_end(std::size_t from) {
  if (!at(from + 1)) return from + 1;
  if (window_[from] == '-') {
    if (window_[from + 1] != '-') return from + 1;
    std::size_t place = from;
    while (at(place) && window_[place] != '\n') ++place;
    return place;
  }
  if (window_[from + 1] != '*') return from + 1;
  std::size_t depth = 1, place = from + 2;
  while (depth > 0 && at(place + 1)) {
    const bool open = window_[place] == '/' && window_[place + 1] == '*';
    const bool close = window_[place] == '*' && window_[place + 1] == '/';
    if (open && rules_ == sql::Rules::postgresql) ++depth;
    if (close) --depth;
    place += close || open ? 2 : 1;
  }
  closed_ = closed_ && depth == 0;
  return depth == 0 ? place : window_.size();
}

std::size_t StatementStream::statement_end() {
  std::size_t place = start_;
  while (at(place)) {
    const char* const begin = window_.data() + place;
    const char* const end = window_.data() + window_.size();
    const char* const mark = std::find_if(begin, end, is_mark);
    place += static_cast<std::size_t>(mark - begin);
    if (mark == end) continue;
    switch (*mark) {
      case ';':
        return place + 1;
      case '\'': {
        const char before = place > start_ ? window_[place - 1] : ' ';
        const bool escapes = rules_ == sql::Rules::postgresql && (before == 'E' || before == 'e') &&
                             (place < start_ + 2 || !is_word(window_[place - 2]));
        place = quoted_end(place + 1, '\'', escapes);
        break;
      }
      case '"':
        place = quoted_end(place + 1, '"', false);
        break;
      case '$':
        place = place > start_ && is_word(window_[place - 1]) ? place + 1 : dollar_end(place);
        break;
      case '[':
      case '`':
        place =
            rules_ == sql::Rules::sqlite ? quoted_end(place + 1, *mark == '[' ? ']' : '`', false) : place + 1;
        break;
      default:
        place = comment_end(place);
    }
  }
  closed_ = false;
  return window_.size();
}

const StatementStream::Item& StatementStream::peek() {
  if (peeked_) return item_;
  if (start_ > kChunk) {
    window_.erase(0, start_);
    window_offset_ += start_;
    start_ = 0;
  }
  const std::size_t begin = skip_blank(start_);
  line_ += static_cast<std::size_t>(std::count(window_.begin() + static_cast<std::ptrdiff_t>(start_),
                                               window_.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  start_ = begin;
  closed_ = true;
  item_ = {Item::Kind::end, {}, line_, window_offset_ + start_, true};
  peeked_ = true;
  if (!at(start_)) return item_;
  const bool comment = window_[start_] == '-' && at(start_ + 1) && window_[start_ + 1] == '-';
  const std::size_t end = comment ? comment_end(start_) : statement_end();
  item_.kind = comment ? Item::Kind::comment : Item::Kind::statement;
  item_.text = std::string_view(window_).substr(start_, end - start_);
  item_.closed = closed_;
  return item_;
}

void StatementStream::take() {
  line_ += static_cast<std::size_t>(std::count(item_.text.begin(), item_.text.end(), '\n'));
  start_ += item_.text.size();
  peeked_ = false;
}

}  // namespace whimbrel
