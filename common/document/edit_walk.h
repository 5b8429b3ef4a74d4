// The walk that all changes of a document share: it follows the path, finds the members and elements of what
// it leads through, and collects the pieces of the new text. Internal to common/document; the changes
// themselves stand in edit.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/path.h"
#include "common/json/writer.h"

namespace whimbrel::document {

// A member of an object, or an element of an array (without a key).
struct Item {
  const char* key_begin = nullptr;  // the opening quote
  const char* key_end = nullptr;    // behind the closing one
  const char* begin = nullptr;      // of the value
  const char* end = nullptr;
  std::string name;  // of a member, unescaped

  // Where the item as a whole begins.
  const char* start() const { return key_begin != nullptr ? key_begin : begin; }
};

struct Container {
  bool object = false;
  const char* begin = nullptr;  // the opening bracket
  const char* end = nullptr;    // behind the closing one
  std::vector<Item> items;
};

// The container at `p`; `end` is the document's.
Container read_container(const char* p, const char* end);

// "an object", "a string", …, for messages.
std::string_view kind_of_value(const char* p);

class EditWalk {
 public:
  virtual ~EditWalk() = default;

  // Throws kInvalidJson. Whether anything was changed; then `out` has the new document.
  bool run(std::string_view document);

 protected:
  EditWalk(const json::Path& path, json::Buffer& out) : path_(path), out_(out) {}

  // What the path's end leads to: called before what is inside of it is walked through.
  virtual void at_end(const char* /*value*/) {}
  // A container whose members or elements the last step may name.
  virtual void at_parent(const Container& /*parent*/) {}
  // A container that has nothing for a step that is not the last one.
  virtual void at_gap(const Container& /*parent*/, std::size_t /*step*/) {}
  // Whether null is as good as a container without members on the way.
  virtual bool passes_null() const { return true; }
  // The item goes; its value is not walked into.
  void skip_inside(const char* value) { skipped_.push_back(value); }

  // `text` instead of the bytes from begin to end. Two at one place stay in the order in which they came.
  void replace(const char* begin, const char* end, std::string_view text);
  // The items for which `goes` is true, with the commas that belong to them.
  template <typename Goes>
  void remove_items(const Container& container, Goes&& goes) {
    const Item* before = nullptr;  // the last one before, whatever becomes of it
    bool kept = false;
    for (std::size_t i = 0; i < container.items.size(); ++i) {
      const Item& item = container.items[i];
      if (!goes(item)) {
        kept = true;
      } else if (kept) {
        replace(before->end, item.end, {});
      } else {
        const bool last = i + 1 == container.items.size();
        replace(item.start(), last ? item.end : container.items[i + 1].start(), {});
      }
      before = &item;
    }
  }

  const json::Path& path() const { return path_; }
  const char* document_end() const { return end_; }
  bool matches(const json::PathStep& step, const Container& container, std::size_t index) const;
  [[noreturn]] void fail(const std::string& what) const;  // "…: what", with the path to where the walk is
  [[noreturn]] void fail_at(const Item& item, const Container& container, std::size_t index,
                            const std::string& what);

 private:
  struct Edit {
    const char* begin;
    const char* end;
    std::string text;
  };
  struct Place {  // of the walk, for messages
    bool member;
    std::string name;
    std::size_t index;
  };

  void value(const char* p, std::uint64_t states);
  void check_scalar(const char* p, std::uint64_t states) const;
  void check_kind(const Container& container, const json::PathStep& step) const;
  std::string here() const;

  const json::Path& path_;
  json::Buffer& out_;
  const char* end_ = nullptr;  // of the document
  std::vector<Edit> edits_;
  std::vector<Place> places_;
  std::vector<const char*> skipped_;
};

}  // namespace whimbrel::document
