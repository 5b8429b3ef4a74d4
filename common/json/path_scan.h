// Finding what JSON paths lead to in a document, all paths in one walk: byte ranges of scalars and keys, so
// that who replaces them leaves every other byte as it was. The document must be valid JSON; of another one
// less is found, and nothing outside of it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/path.h"

namespace whimbrel::json {

// A piece of text that stands in a document, maybe within JSON strings, and where.
struct Piece {
  std::string_view text;  // unescaped
  // The byte of the document with which each byte of `text` begins, and where it ends; null: they follow each
  // other from `begin` on.
  const std::uint32_t* places = nullptr;
  std::uint32_t begin = 0;
  unsigned strings = 0;  // how many JSON strings it stands in, one within the other

  std::uint32_t place(std::size_t index) const {
    return places != nullptr ? places[index] : begin + static_cast<std::uint32_t>(index);
  }
};

struct PathMatch {
  enum class Kind : std::uint8_t { string, integer, key };
  std::size_t path = 0;
  Kind kind = Kind::string;
  Piece piece;  // of a string or key without its quotes
  // The document from the container on that PathScan::Rule::up names; empty where it has none.
  std::string_view container;
};

class PathScan {
 public:
  struct Rule {
    Path path;
    bool decode = false;  // strings on the way that hold JSON documents are entered
    // Of which container a match has to tell: 1 for the one that holds it, 2 for the one around that; 0:
    // none.
    std::size_t up = 0;
  };

  explicit PathScan(std::vector<Rule> rules);

  // Strings, integers and keys that the paths lead to, in the order of the document; of one that several
  // paths lead to, each. Valid until the next call, as long as the document lives.
  const std::vector<PathMatch>& scan(std::string_view document);

 private:
  struct State {
    std::uint32_t rule;
    std::uint32_t step;
    bool operator==(const State&) const = default;
  };
  // States from `begin` on, up to the end of states_ or the next set.
  struct Set {
    std::size_t begin;
    std::size_t end;
  };
  struct Frame {
    Set set;
    bool object;
    std::size_t index;
    const char* start;
  };
  struct Decoded {
    std::string text;
    std::vector<std::uint32_t> places;
  };

  void walk(const Piece& text, Set set, unsigned depth);
  const char* value(const char* p, const Piece& text, Set set, unsigned depth);
  const char* member(const char* p, const Piece& text, Frame& frame, unsigned depth);
  Set child(const Frame& frame, std::string_view key);
  void push(State state, std::size_t begin);
  bool wants_inside(Set set, bool object) const;
  void add(const Piece& text, const char* begin, const char* end, PathMatch::Kind kind, Set set);
  void enter(const Piece& text, const char* begin, const char* end, Set set, unsigned depth);
  Piece inner(const Piece& text, const char* begin, const char* end);
  std::string_view container(const Piece& text, std::size_t up) const;

  std::vector<Rule> rules_;
  bool any_decode_ = false;
  std::vector<State> states_;
  std::vector<Frame> frames_;
  std::size_t frames_begin_ = 0;  // of the text that is walked through
  std::vector<std::unique_ptr<Decoded>> decoded_;
  std::size_t decoded_used_ = 0;
  std::vector<PathMatch> matches_;
};

// The scalar at these steps below `container`, which begins with an object or array and may go on behind it:
// unescaped; empty where there is none. No step may be a descendant or *.
std::string scalar_at(std::string_view container, const std::vector<PathStep>& steps, std::size_t first);

}  // namespace whimbrel::json
