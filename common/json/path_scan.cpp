#include "common/json/path_scan.h"

#include <algorithm>
#include <utility>

#include "common/json/reader.h"
#include "common/json/text_walk.h"

namespace whimbrel::json {

namespace {

constexpr unsigned kMostStrings = 8;  // one within the other

bool is_integer(const char* p, const char* end) {
  if (p != end && *p == '-') ++p;
  return p != end && std::all_of(p, end, is_digit);
}

}  // namespace

PathScan::PathScan(std::vector<Rule> rules) : rules_(std::move(rules)) {
  for (const Rule& rule : rules_) any_decode_ = any_decode_ || rule.decode;
}

const std::vector<PathMatch>& PathScan::scan(std::string_view document) {
  matches_.clear();
  states_.clear();
  frames_.clear();
  decoded_used_ = 0;
  frames_begin_ = 0;
  for (std::uint32_t rule = 0; rule < rules_.size(); ++rule) states_.push_back({rule, 0});
  Piece text;
  text.text = document;
  walk(text, {0, states_.size()}, 0);
  return matches_;
}

void PathScan::push(State state, std::size_t begin) {
  const auto first = states_.begin() + static_cast<std::ptrdiff_t>(begin);
  if (std::find(first, states_.end(), state) == states_.end()) states_.push_back(state);
}

// Whether a path may go on in an object or array.
bool PathScan::wants_inside(Set set, bool object) const {
  for (std::size_t i = set.begin; i < set.end; ++i) {
    const Path& path = rules_[states_[i].rule].path;
    if (states_[i].step < path.steps.size() || (object && path.keys)) return true;
  }
  return false;
}

void PathScan::walk(const Piece& text, Set set, unsigned depth) {
  const std::size_t outer = std::exchange(frames_begin_, frames_.size());
  const char* const end = text.text.data() + text.text.size();
  const char* p = value(text.text.data(), text, set, depth);
  while (frames_.size() > frames_begin_) {
    Frame& frame = frames_.back();
    p = skip_space(p, end);
    if (p != end && *p == ',') p = skip_space(p + 1, end);
    if (p == end || *p == ']' || *p == '}') {
      states_.resize(frame.set.begin);
      frames_.pop_back();
      if (p != end) ++p;
      continue;
    }
    p = member(p, text, frame, depth);
  }
  frames_begin_ = outer;
}

// A member or element of the innermost container.
const char* PathScan::member(const char* p, const Piece& text, Frame& frame, unsigned depth) {
  const char* const end = text.text.data() + text.text.size();
  Set set{};
  if (frame.object) {
    if (*p != '"') return end;
    const char* const begin = p + 1;
    const char* const quote = find_quote(begin, end);
    if (quote == end) return end;
    for (std::size_t i = frame.set.begin; i < frame.set.end; ++i) {
      const State state = states_[i];
      const Path& path = rules_[state.rule].path;
      if (path.keys && state.step == path.steps.size())
        add(text, begin, quote, PathMatch::Kind::key, {i, i + 1});
    }
    if (has_escape(begin, quote)) {
      set = child(frame, unescaped(begin, quote));
    } else {
      set = child(frame, {begin, static_cast<std::size_t>(quote - begin)});
    }
    p = skip_space(quote + 1, end);
    if (p == end || *p != ':') return end;
    ++p;
  } else {
    set = child(frame, {});
    ++frame.index;
  }
  return value(p, text, set, depth);
}

// The states of the member with this key, or of the element at the frame's index.
PathScan::Set PathScan::child(const Frame& frame, std::string_view key) {
  const std::size_t begin = states_.size();
  for (std::size_t i = frame.set.begin; i < frame.set.end; ++i) {
    const State state = states_[i];
    const Path& path = rules_[state.rule].path;
    if (state.step == path.steps.size()) continue;
    const PathStep& step = path.steps[state.step];
    const bool matches = step.kind == PathStep::Kind::any ||
                         (frame.object ? step.kind == PathStep::Kind::member && step.name == key
                                       : step.kind == PathStep::Kind::element && step.index == frame.index);
    if (matches) push({state.rule, state.step + 1}, begin);
    if (step.descendant) push(state, begin);
  }
  return {begin, states_.size()};
}

// The value at `p`, whose states are `set`, the last of states_; what is behind it, or behind the bracket of
// a container that has become the innermost one.
const char* PathScan::value(const char* p, const Piece& text, Set set, unsigned depth) {
  const char* const end = text.text.data() + text.text.size();
  p = skip_space(p, end);
  if (p == end) return end;
  if (*p == '{' || *p == '[') {
    const bool object = *p == '{';
    if (set.begin != set.end && wants_inside(set, object)) {
      frames_.push_back({set, object, 0, p});
      return p + 1;
    }
    states_.resize(set.begin);
    return skip_container(p, end);
  }
  const char* next;
  if (*p == '"') {
    next = find_quote(p + 1, end);
    if (set.begin != set.end && next != end) {
      add(text, p + 1, next, PathMatch::Kind::string, set);
      if (any_decode_) enter(text, p + 1, next, set, depth);
    }
    if (next != end) ++next;
  } else {
    next = skip_word(p, end);
    if (next == p) return end;  // not JSON
    if (set.begin != set.end && is_integer(p, next)) add(text, p, next, PathMatch::Kind::integer, set);
  }
  states_.resize(set.begin);
  return next;
}

// The text between the two, of a string unescaped.
Piece PathScan::inner(const Piece& text, const char* begin, const char* end) {
  Piece piece;
  const std::size_t first = static_cast<std::size_t>(begin - text.text.data());
  piece.strings = text.strings;
  piece.begin = text.place(first);
  piece.text = {begin, static_cast<std::size_t>(end - begin)};
  if (!has_escape(begin, end)) {
    if (text.places != nullptr) piece.places = text.places + first;
    return piece;
  }
  if (decoded_used_ == decoded_.size()) decoded_.push_back(std::make_unique<Decoded>());
  Decoded& decoded = *decoded_[decoded_used_++];
  decoded.text.clear();
  decoded.places.clear();
  for (const char* p = begin; p != end;) {
    const std::uint32_t place = text.place(static_cast<std::size_t>(p - text.text.data()));
    if (*p == '\\') {
      p = unescape_one(p, end, decoded.text);
    } else {
      decoded.text += *p++;
    }
    decoded.places.resize(decoded.text.size(), place);
  }
  decoded.places.push_back(text.place(static_cast<std::size_t>(end - text.text.data())));
  piece.text = decoded.text;
  piece.places = decoded.places.data();
  return piece;
}

void PathScan::add(const Piece& text, const char* begin, const char* end, PathMatch::Kind kind, Set set) {
  for (std::size_t i = set.begin; i < set.end; ++i) {
    const State state = states_[i];
    const Rule& rule = rules_[state.rule];
    if (state.step != rule.path.steps.size() || rule.path.keys != (kind == PathMatch::Kind::key)) continue;
    PathMatch match;
    match.path = state.rule;
    match.kind = kind;
    match.piece = inner(text, begin, end);
    if (kind != PathMatch::Kind::integer) ++match.piece.strings;
    match.container = container(text, rule.up);
    matches_.push_back(match);
  }
}

std::string_view PathScan::container(const Piece& text, std::size_t up) const {
  if (up == 0 || frames_.size() - frames_begin_ < up) return {};
  const char* const start = frames_[frames_.size() - up].start;
  return text.text.substr(static_cast<std::size_t>(start - text.text.data()));
}

// A string that holds a document, for the paths that go on in it.
void PathScan::enter(const Piece& text, const char* begin, const char* end, Set set, unsigned depth) {
  if (depth == kMostStrings) return;
  const std::size_t first = states_.size();
  for (std::size_t i = set.begin; i < set.end; ++i) {
    const Rule& rule = rules_[states_[i].rule];
    if (rule.decode && (states_[i].step < rule.path.steps.size() || rule.path.keys)) {
      const State state = states_[i];
      states_.push_back(state);
    }
  }
  const std::size_t last = states_.size();
  if (first != last) {
    Piece piece = inner(text, begin, end);
    ++piece.strings;
    const char* const p = skip_space(piece.text.data(), piece.text.data() + piece.text.size());
    const bool container = p != piece.text.data() + piece.text.size() && (*p == '{' || *p == '[');
    if (container && is_valid(piece.text)) walk(piece, {first, last}, depth + 1);
  }
  states_.resize(first);
}

std::string scalar_at(std::string_view container, const std::vector<PathStep>& steps, std::size_t first) {
  Path path;
  path.steps.assign(steps.begin() + static_cast<std::ptrdiff_t>(first), steps.end());
  // What follows the container is none of its own.
  const char* const end = skip_container(container.data(), container.data() + container.size());
  PathScan scan({{std::move(path), false, 0}});
  const auto& found = scan.scan(container.substr(0, static_cast<std::size_t>(end - container.data())));
  return found.empty() ? std::string() : std::string(found.front().piece.text);
}

}  // namespace whimbrel::json
