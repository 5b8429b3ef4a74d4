#include "common/transfer/secret_parts.h"

#include <utility>

#include "common/error.h"
#include "common/json/writer.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

using json::Token;

constexpr std::size_t kLongestTag = 100;  // with white space

bool is_tag(std::string_view value) {
  if (!value.starts_with('{') || value.size() > kLongestTag) return false;
  std::string plain;
  for (const char c : value)
    if (!is_json_space(c)) plain += c;
  return plain == kSecretTag;
}

char bracket(bool object) { return object ? '{' : '['; }

// A step to a member or element, as a place is made of them.
void append_step(std::string& place, bool object, std::string_view name, std::size_t index) {
  if (object)
    place.append(std::to_string(name.size())).append(":").append(name);
  else
    place.append("#").append(std::to_string(index));
}

bool names_element(const json::PathStep& step) {
  return !step.descendant && step.kind != json::PathStep::Kind::member;
}

json::PathStep member(std::string_view name) {
  json::PathStep step;
  step.name = name;
  return step;
}

// The ways of a path through the tags of arrays, beside its own: around all elements, and around one of any
// dimension that is a document.
void append_tagged(const json::Path& path, std::vector<json::Path>& paths) {
  if (!names_element(path.steps.front())) return;
  std::vector<json::Path> plain = {path};
  for (std::size_t i = 0; i + 1 < path.steps.size() && names_element(path.steps[i]); ++i) {
    json::Path tagged = path;
    tagged.steps.insert(tagged.steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, member("$json"));
    plain.push_back(std::move(tagged));
  }
  paths.insert(paths.end(), plain.begin() + 1, plain.end());
  for (json::Path& one : plain) {
    const json::PathStep around[] = {member("$array"), member("values")};
    one.steps.insert(one.steps.begin(), std::begin(around), std::end(around));
    paths.push_back(std::move(one));
  }
}

}  // namespace

SecretParts::SecretParts(const std::vector<std::string>& paths, SecretForm form) : form_(form) {
  for (const std::string& path : paths) {
    const json::Path parsed = json::parse_path(path);
    if (parsed.keys || parsed.relative || parsed.steps.empty())
      throw Error(code::kInvalidArgument, "path \"" + path + "\" cannot be secret",
                  "A secret path leads from $ to values, not to keys.");
    paths_.push_back(parsed);
    append_tagged(parsed, paths_);
  }
}

SecretParts::SecretParts(std::vector<json::Path> paths, SecretForm form)
    : paths_(std::move(paths)), form_(form) {}

void SecretParts::replace(std::size_t begin, std::size_t end, std::string_view by) {
  out_.append(document_.substr(copied_, begin - copied_)).append(by);
  copied_ = end;
}

void SecretParts::open(bool object, std::size_t states) {
  Frame frame;
  frame.object = object;
  frame.states = states;
  frame.place = place_.size();
  if (job_ == Job::put_back && !kept_.empty())
    if (const auto found = kept_.find(place_ + bracket(object)); found != kept_.end())
      frame.parts = &found->second;
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
    if (frame.parts != nullptr) add_missing(frame, static_cast<std::size_t>(reader.position().offset));
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
      states_.resize(inner);
      if (!take_secret(frame, key, name, reader.raw_value())) continue;
    } else {
      if (frame.gap) replace(frame.gap_start, key, {});
    }
    frame.gap = false;
    frame.kept = true;
    if (secret) continue;
    const Token token = reader.peek();
    if (states_.size() > inner && (token == Token::begin_object || token == Token::begin_array)) {
      reader.next();
      if (job_ != Job::take_out) {
        place_.resize(frame.place);
        append_step(place_, frame.object, name, frame.index - 1);
      }
      open(token == Token::begin_object, inner);
    } else {
      states_.resize(inner);
      reader.skip_value();
    }
  }
}

bool SecretParts::take_secret(Frame& frame, std::size_t key, const std::string& name,
                              std::string_view value) {
  const std::size_t begin = static_cast<std::size_t>(value.data() - document_.data());
  const std::string step = frame.object || job_ == Job::take_out ? name : std::to_string(frame.index - 1);
  switch (job_) {
    case Job::take_out:
      if (frame.object && form_ == SecretForm::omit) {
        remove_member(frame, key, begin + value.size());
        return false;
      }
      if (frame.gap) replace(frame.gap_start, key, {});
      replace(begin, begin + value.size(), kSecretTag);
      break;
    case Job::collect:
      kept_[place_.substr(0, frame.place) + bracket(frame.object)].push_back({step, std::string(value)});
      break;
    case Job::put_back:
      put_back(frame, step, value, begin);
      break;
  }
  return true;
}

void SecretParts::put_back(Frame& frame, const std::string& name, std::string_view value, std::size_t begin) {
  const Part* kept = nullptr;
  if (frame.parts != nullptr) {
    for (Part& part : *frame.parts) {
      if (part.name != name) continue;
      part.placed = true;
      kept = &part;
    }
  }
  if (!is_tag(value)) return;
  if (kept == nullptr) ++lost_;
  replace(begin, begin + value.size(), kept == nullptr ? "null" : std::string_view(kept->value));
}

void SecretParts::add_missing(const Frame& frame, std::size_t end) {
  json::Buffer text;
  bool any = frame.kept;
  for (const Part& part : *frame.parts) {
    if (part.placed) continue;
    if (any) text.append(',');
    any = true;
    json::write_string(text, part.name);
    text.append(':');
    text.append(part.value);
  }
  if (text.size() != 0) replace(end, end, text.view());
}

void SecretParts::run(std::string_view document, Job job) {
  job_ = job;
  document_ = document;
  out_.clear();
  copied_ = 0;
  frames_.clear();
  states_.clear();
  place_.clear();
  for (std::size_t i = 0; i < paths_.size(); ++i) states_.push_back({i, 0});
  json::Reader reader(document);
  const Token first = reader.peek();
  if (first == Token::begin_object || first == Token::begin_array)
    walk(reader);
  else
    reader.skip_value();
  reader.next();  // nothing may follow
}

std::string_view SecretParts::without(std::string_view document) {
  run(document, Job::take_out);
  if (copied_ == 0 && out_.empty()) return document;
  out_.append(document.substr(copied_));
  return out_;
}

std::string_view SecretParts::with(std::string_view document, std::string_view kept) {
  kept_.clear();
  if (json::is_valid(kept)) {
    for (const SecretForm form : {SecretForm::omit, SecretForm::redact})
      if (SecretParts(paths_, form).without(kept) == document) return kept;
    run(kept, Job::collect);
  }
  run(document, Job::put_back);
  if (copied_ == 0 && out_.empty()) return document;
  out_.append(document.substr(copied_));
  return out_;
}

}  // namespace whimbrel
