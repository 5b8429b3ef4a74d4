#include "common/transfer/secret_parts.h"

#include <utility>

#include "common/error.h"

namespace whimbrel {

namespace {

using json::Token;

constexpr std::string_view kSecretTag = R"({"$secret":null})";

}  // namespace

SecretParts::SecretParts(const std::vector<std::string>& paths, SecretForm form) : form_(form) {
  for (const std::string& path : paths) {
    paths_.push_back(json::parse_path(path));
    if (paths_.back().keys || paths_.back().relative || paths_.back().steps.empty())
      throw Error(code::kInvalidArgument, "path \"" + path + "\" cannot be secret",
                  "A secret path leads from $ to values, not to keys.");
  }
}

void SecretParts::replace(std::size_t begin, std::size_t end, std::string_view by) {
  out_.append(document_.substr(copied_, begin - copied_)).append(by);
  copied_ = end;
}

void SecretParts::open(bool object, std::size_t states) {
  Frame frame;
  frame.object = object;
  frame.states = states;
  frames_.push_back(frame);
}

// Several ways may lead to one state.
void SecretParts::push(State state, std::size_t from) {
  for (std::size_t i = from; i < states_.size(); ++i)
    if (states_[i].path == state.path && states_[i].step == state.step) return;
  states_.push_back(state);
}

bool SecretParts::enter(const Frame& frame, std::size_t end, std::string_view name) {
  bool secret = false;
  for (std::size_t i = frame.states; i < end; ++i) {
    const State state = states_[i];
    const json::PathStep& step = paths_[state.path].steps[state.step];
    if (step.descendant) push(state, end);
    using Kind = json::PathStep::Kind;
    const bool fits =
        step.kind == Kind::any || (step.kind == Kind::member ? frame.object && step.name == name
                                                             : !frame.object && step.index == frame.index);
    if (!fits) continue;
    if (state.step + 1 == paths_[state.path].steps.size())
      secret = true;
    else
      push({state.path, state.step + 1}, end);
  }
  return secret;
}

void SecretParts::remove_member(Frame& frame, std::size_t key, std::size_t end) {
  if (frame.kept) {
    // With the comma before it; in a valid document only white space stands between.
    std::size_t comma = key;
    while (document_[comma - 1] != ',') --comma;
    replace(comma - 1, end, {});
    return;
  }
  if (!frame.gap) frame.gap_start = key;
  frame.gap = true;
  frame.gap_end = end;
}

bool SecretParts::at_end(json::Reader& reader, Frame& frame, std::size_t& key, std::string& name) {
  if (!frame.object) {
    if (reader.peek() != Token::end_array) return false;
    reader.next();
    return true;
  }
  if (reader.next() == Token::end_object) {
    if (frame.gap) replace(frame.gap_start, frame.gap_end, {});
    return true;
  }
  name = reader.text();
  key = static_cast<std::size_t>(reader.position().offset);
  return false;
}

// With a stack of its own: documents may be nested deeply.
void SecretParts::walk(json::Reader& reader) {
  open(reader.next() == Token::begin_object, 0);
  while (!frames_.empty()) {
    Frame& frame = frames_.back();
    std::size_t key = 0;
    std::string name;
    if (at_end(reader, frame, key, name)) {
      states_.resize(frame.states);
      frames_.pop_back();
      continue;
    }
    const std::size_t inner = states_.size();
    const bool secret = enter(frame, inner, name);
    ++frame.index;
    if (secret) {
      const std::string_view value = reader.raw_value();
      const std::size_t begin = static_cast<std::size_t>(value.data() - document_.data());
      states_.resize(inner);
      if (frame.object && form_ == SecretForm::omit) {
        remove_member(frame, key, begin + value.size());
        continue;
      }
      if (frame.gap) replace(frame.gap_start, key, {});
      replace(begin, begin + value.size(), kSecretTag);
    } else {
      if (frame.gap) replace(frame.gap_start, key, {});
    }
    frame.gap = false;
    frame.kept = true;
    if (secret) continue;
    const Token token = reader.peek();
    if (states_.size() > inner && (token == Token::begin_object || token == Token::begin_array)) {
      reader.next();
      open(token == Token::begin_object, inner);
    } else {
      states_.resize(inner);
      reader.skip_value();
    }
  }
}

std::string_view SecretParts::without(std::string_view document) {
  document_ = document;
  out_.clear();
  copied_ = 0;
  frames_.clear();
  states_.clear();
  for (std::size_t i = 0; i < paths_.size(); ++i) states_.push_back({i, 0});
  json::Reader reader(document);
  const Token first = reader.peek();
  if (first == Token::begin_object || first == Token::begin_array)
    walk(reader);
  else
    reader.skip_value();
  reader.next();  // nothing may follow
  if (copied_ == 0 && out_.empty()) return document;
  out_.append(document.substr(copied_));
  return out_;
}

}  // namespace whimbrel
