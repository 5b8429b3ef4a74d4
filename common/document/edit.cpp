#include "common/document/edit.h"

#include <algorithm>
#include <set>
#include <string>

#include "common/document/edit_walk.h"
#include "common/error.h"
#include "common/json/reader.h"
#include "common/json/text_walk.h"
#include "common/text/ascii.h"

namespace whimbrel::document {

namespace {

using Kind = json::PathStep::Kind;

constexpr std::size_t kMostSteps = 60;  // bits of a word, with room

std::string json_string(std::string_view text) {
  json::Buffer out;
  json::write_string(out, text);
  return std::string(out.view());
}

[[noreturn]] void refuse_path(std::string message) {
  throw Error(code::kInvalidArgument, std::move(message));
}

void require_member_at_end(const json::Path& path) {
  if (path.steps.empty() || path.steps.back().kind != Kind::member)
    refuse_path("the path must end with the name of a member, as in $.nodes[*].timeout");
}

void refuse_descendants(const json::Path& path) {
  for (const json::PathStep& step : path.steps)
    if (step.descendant) refuse_path("the path of this function cannot have ..: name each step");
}

// Writes a new member or element behind the others.
std::string_view separator(const Container& container) { return container.items.empty() ? "" : ","; }

const char* behind_items(const Container& container) {
  return container.items.empty() ? container.begin + 1 : container.items.back().end;
}

class Default : public EditWalk {
 public:
  Default(const json::Path& path, std::string_view value, json::Buffer& out)
      : EditWalk(path, out), value_(value) {}

 protected:
  bool passes_null() const override { return false; }

  void at_parent(const Container& parent) override {
    const json::PathStep& last = path().steps.back();
    for (std::size_t i = 0; i < parent.items.size(); ++i)
      if (matches(last, parent, i)) return;
    append(parent, json_string(last.name) + ":" + std::string(value_));
  }

  // Objects for the steps behind it; an array has no elements to be made, and nothing lies below all of none.
  void at_gap(const Container& parent, std::size_t step) override {
    const auto& steps = path().steps;
    for (std::size_t i = step; i < steps.size(); ++i) {
      if (steps[i].kind == Kind::any) return;
      if (steps[i].kind == Kind::element) fail("has no [" + std::to_string(steps[i].index) + "]");
    }
    std::string text;
    for (std::size_t i = step; i < steps.size(); ++i)
      text += (i == step ? "" : "{") + json_string(steps[i].name) + ":";
    text += value_;
    text.append(steps.size() - step - 1, '}');
    append(parent, text);
  }

 private:
  void append(const Container& parent, const std::string& text) {
    const char* const at = behind_items(parent);
    replace(at, at, std::string(separator(parent)) + text);
  }

  std::string_view value_;
};

class Rename : public EditWalk {
 public:
  Rename(const json::Path& path, std::string_view name, json::Buffer& out)
      : EditWalk(path, out), name_(name), key_(json_string(name)) {}

 protected:
  void at_parent(const Container& parent) override {
    const json::PathStep& last = path().steps.back();
    if (!parent.object || last.name == name_) return;
    bool taken = false;
    for (const Item& item : parent.items) taken |= item.name == name_;
    for (std::size_t i = 0; i < parent.items.size(); ++i) {
      if (!matches(last, parent, i)) continue;
      if (taken)
        fail_at(parent.items[i], parent, i, "cannot be renamed: there is a member " + key_ + " already");
      replace(parent.items[i].key_begin, parent.items[i].key_end, key_);
    }
  }

 private:
  std::string_view name_;
  std::string key_;
};

class Remove : public EditWalk {
 public:
  using EditWalk::EditWalk;
  Remove(const json::Path& path, json::Buffer& out) : EditWalk(path, out) {}

 protected:
  void at_parent(const Container& parent) override {
    const json::PathStep& last = path().steps.back();
    remove_items(parent, [&](const Item& item) {
      const bool goes = matches(last, parent, static_cast<std::size_t>(&item - parent.items.data()));
      if (goes) skip_inside(item.begin);
      return goes;
    });
  }
};

// Members and elements that are turned must be objects themselves.
class Turn : public EditWalk {
 public:
  Turn(const json::Path& path, std::string_view key, json::Buffer& out)
      : EditWalk(path, out), key_(key), quoted_key_(json_string(key)) {}

 protected:
  Container inner_object(const Container& outer, std::size_t index) {
    const Item& item = outer.items[index];
    if (*item.begin != '{')
      fail_at(item, outer, index, "is " + std::string(kind_of_value(item.begin)) + ", not an object");
    return read_container(item.begin, document_end());
  }
  // The member `key` of an inner object, or null.
  const Item* key_of(const Container& inner) const {
    const auto found = std::find_if(inner.items.begin(), inner.items.end(),
                                    [&](const Item& item) { return item.name == key_; });
    return found == inner.items.end() ? nullptr : &*found;
  }

  std::string_view key_;
  std::string quoted_key_;
};

class ToEntries : public Turn {
 public:
  using Turn::Turn;

 protected:
  void at_end(const char* value) override {
    if (*value != '{') fail("is " + std::string(kind_of_value(value)) + ", not an object");
    const Container object = read_container(value, document_end());
    replace(object.begin, object.begin + 1, "[");
    for (std::size_t i = 0; i < object.items.size(); ++i) {
      const Item& item = object.items[i];
      const Container inner = inner_object(object, i);
      replace(item.key_begin, item.begin, "");
      if (const Item* const own = key_of(inner)) {
        const bool same = *own->begin == '"' && json::unescaped(own->begin + 1, own->end - 1) == item.name;
        if (!same) fail_at(item, object, i, "has another " + quoted_key_ + " than its name");
      } else {
        const std::string_view name(item.key_begin, static_cast<std::size_t>(item.key_end - item.key_begin));
        replace(inner.begin + 1, inner.begin + 1,
                quoted_key_ + ":" + std::string(name) + std::string(separator(inner)));
      }
    }
    replace(object.end - 1, object.end, "]");
  }
};

class ToObject : public Turn {
 public:
  using Turn::Turn;

 protected:
  void at_end(const char* value) override {
    if (*value != '[') fail("is " + std::string(kind_of_value(value)) + ", not an array");
    const Container array = read_container(value, document_end());
    replace(array.begin, array.begin + 1, "{");
    std::set<std::string> names;
    for (std::size_t i = 0; i < array.items.size(); ++i) {
      const Item& item = array.items[i];
      const Container inner = inner_object(array, i);
      const Item* const own = key_of(inner);
      if (own == nullptr) fail_at(item, array, i, "has no " + quoted_key_);
      const std::string name = name_of(*own, array, i);
      if (!names.insert(json::unescaped(name.data() + 1, name.data() + name.size() - 1)).second)
        fail_at(item, array, i, "has the same " + quoted_key_ + " as one before: " + name);
      replace(item.begin, item.begin, name + ":");
      remove_items(inner, [&](const Item& one) { return one.name == key_; });
    }
    replace(array.end - 1, array.end, "}");
  }

 private:
  // As a key of JSON, in quotes.
  std::string name_of(const Item& own, const Container& array, std::size_t index) {
    const std::string text(own.begin, own.end);
    if (text[0] == '"') return text;
    const bool integer = std::all_of(text.begin() + (text[0] == '-' ? 1 : 0), text.end(), is_digit);
    if (!integer)
      fail_at(array.items[index], array, index,
              "has " + std::string(kind_of_value(own.begin)) + " as " + quoted_key_ +
                  ", not a string or an integer");
    return '"' + text + '"';
  }
};

}  // namespace

json::Path edit_path(std::string_view text) {
  json::Path path = json::parse_path(text);
  if (path.relative) refuse_path("path \"" + std::string(text) + "\" must begin with $");
  if (path.keys)
    refuse_path("path \"" + std::string(text) + "\" cannot end with ~: name the members themselves");
  if (path.steps.size() > kMostSteps)
    refuse_path("path \"" + std::string(text) + "\" has more than " + std::to_string(kMostSteps) + " steps");
  return path;
}

bool set_default(std::string_view document, const json::Path& path, std::string_view value,
                 json::Buffer& out) {
  require_member_at_end(path);
  refuse_descendants(path);
  return Default(path, value, out).run(document);
}

bool rename_member(std::string_view document, const json::Path& path, std::string_view name,
                   json::Buffer& out) {
  require_member_at_end(path);
  return Rename(path, name, out).run(document);
}

bool remove(std::string_view document, const json::Path& path, json::Buffer& out) {
  if (path.steps.empty()) refuse_path("the document itself cannot be removed from itself: the path is $");
  return Remove(path, out).run(document);
}

bool object_to_entries(std::string_view document, const json::Path& path, std::string_view key,
                       json::Buffer& out) {
  refuse_descendants(path);
  return ToEntries(path, key, out).run(document);
}

bool entries_to_object(std::string_view document, const json::Path& path, std::string_view key,
                       json::Buffer& out) {
  refuse_descendants(path);
  return ToObject(path, key, out).run(document);
}

}  // namespace whimbrel::document
