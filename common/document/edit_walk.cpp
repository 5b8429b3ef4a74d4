#include "common/document/edit_walk.h"

#include <algorithm>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/json/text_walk.h"

namespace whimbrel::document {

namespace {

// The walk goes down by calls of itself; without .. it goes no deeper than the path.
constexpr std::size_t kMostDepth = 1000;

bool has_descendant(const json::Path& path) {
  return std::any_of(path.steps.begin(), path.steps.end(),
                     [](const json::PathStep& step) { return step.descendant; });
}

void check_json(std::string_view document, bool deep) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  json::ReaderOptions options;
  if (deep) options.max_depth = kMostDepth;
  json::Reader reader(document, options);
  if (document.starts_with(kBom))
    throw Error(code::kInvalidJson, "a document in a column cannot begin with a BOM");
  reader.skip_value();
  reader.next();
}

}  // namespace

std::string_view kind_of_value(const char* p) {
  switch (*p) {
    case '{':
      return "an object";
    case '[':
      return "an array";
    case '"':
      return "a string";
    case 't':
    case 'f':
      return "a boolean";
    case 'n':
      return "null";
    default:
      return "a number";
  }
}

Container read_container(const char* p, const char* end) {
  Container container;
  container.object = *p == '{';
  container.begin = p;
  p = json::skip_space(p + 1, end);
  while (p != end && *p != '}' && *p != ']') {
    Item item;
    if (container.object) {
      item.key_begin = p;
      const char* const quote = json::find_quote(p + 1, end);
      item.name = json::unescaped(p + 1, quote);
      item.key_end = quote + 1;
      p = json::skip_space(item.key_end, end);  // the colon
      p = json::skip_space(p + 1, end);
    }
    item.begin = p;
    item.end = p = json::skip_value(p, end);
    container.items.push_back(std::move(item));
    p = json::skip_space(p, end);
    if (p != end && *p == ',') p = json::skip_space(p + 1, end);
  }
  container.end = p + 1;
  return container;
}

bool EditWalk::run(std::string_view document) {
  check_json(document, has_descendant(path_));
  const char* copied = document.data();
  end_ = copied + document.size();
  value(json::skip_space(copied, end_), 1);
  if (edits_.empty()) return false;
  std::stable_sort(edits_.begin(), edits_.end(),
                   [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  for (const Edit& edit : edits_) {
    out_.append({copied, static_cast<std::size_t>(edit.begin - copied)});
    out_.append(edit.text);
    copied = edit.end;
  }
  out_.append({copied, static_cast<std::size_t>(end_ - copied)});
  return true;
}

void EditWalk::replace(const char* begin, const char* end, std::string_view text) {
  if (text == std::string_view(begin, static_cast<std::size_t>(end - begin))) return;
  edits_.push_back({begin, end, std::string(text)});
}

bool EditWalk::matches(const json::PathStep& step, const Container& container, std::size_t index) const {
  if (step.kind == json::PathStep::Kind::any) return true;
  return container.object
             ? step.kind == json::PathStep::Kind::member && container.items[index].name == step.name
             : step.kind == json::PathStep::Kind::element && step.index == index;
}

// Bit i of `states`: the first i steps lead here.
void EditWalk::value(const char* p, std::uint64_t states) {
  const std::size_t steps = path_.steps.size();
  if ((states >> steps & 1) != 0) at_end(p);
  states &= ~(std::uint64_t{1} << steps);
  if (states == 0) return;
  if (*p != '{' && *p != '[') {
    check_scalar(p, states);
    return;
  }
  const Container container = read_container(p, end_);
  std::vector<std::uint64_t> inner(container.items.size());
  std::vector<std::size_t> gaps;
  for (std::size_t i = 0; i < steps; ++i) {
    if ((states >> i & 1) == 0) continue;
    const json::PathStep& step = path_.steps[i];
    if (!step.descendant) check_kind(container, step);
    bool found = false;
    for (std::size_t item = 0; item < container.items.size(); ++item) {
      if (step.descendant) inner[item] |= std::uint64_t{1} << i;
      if (!matches(step, container, item)) continue;
      inner[item] |= std::uint64_t{1} << (i + 1);
      found = true;
    }
    if (!found && i + 1 < steps) gaps.push_back(i);
  }
  const bool parent = (states >> (steps - 1) & 1) != 0;
  const std::size_t skipped = skipped_.size();
  if (parent) at_parent(container);
  for (std::size_t item = 0; item < container.items.size(); ++item) {
    const Item& one = container.items[item];
    if (inner[item] == 0 || std::find(skipped_.begin(), skipped_.end(), one.begin) != skipped_.end())
      continue;
    places_.push_back({container.object, one.name, item});
    value(one.begin, inner[item]);
    places_.pop_back();
  }
  skipped_.resize(skipped);
  for (const std::size_t step : gaps) at_gap(container, step);
}

// A path that ends in a scalar before its last step.
void EditWalk::check_scalar(const char* p, std::uint64_t states) const {
  for (std::size_t i = 0; i < path_.steps.size(); ++i) {
    const json::PathStep& step = path_.steps[i];
    if ((states >> i & 1) == 0 || step.descendant) continue;
    if (*p == 'n' && (passes_null() || step.kind == json::PathStep::Kind::any)) continue;
    fail("is " + std::string(kind_of_value(p)) + ", not " +
         (step.kind == json::PathStep::Kind::member    ? "an object"
          : step.kind == json::PathStep::Kind::element ? "an array"
                                                       : "an object or array"));
  }
}

void EditWalk::check_kind(const Container& container, const json::PathStep& step) const {
  if (step.kind == json::PathStep::Kind::member && !container.object) fail("is an array, not an object");
  if (step.kind == json::PathStep::Kind::element && container.object) fail("is an object, not an array");
}

std::string EditWalk::here() const {
  std::string text = "$";
  for (const Place& place : places_)
    text += place.member ? "." + place.name : "[" + std::to_string(place.index) + "]";
  return text;
}

void EditWalk::fail(const std::string& what) const {
  throw Error(code::kWrongType, here() + " of the document " + what);
}

void EditWalk::fail_at(const Item& item, const Container& container, std::size_t index,
                       const std::string& what) {
  places_.push_back({container.object, item.name, index});
  fail(what);
}

}  // namespace whimbrel::document
