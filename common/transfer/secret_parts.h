// Taking what is secret out of JSON documents, by the paths of rules. Only the bytes of what the paths lead
// to change, and the comma beside them; all others stay as they were.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/path.h"
#include "common/json/reader.h"
#include "common/transfer/document.h"

namespace whimbrel {

class SecretParts {
 public:
  // Throws kInvalidArgument for what is no path, or one to keys (~).
  SecretParts(const std::vector<std::string>& paths, SecretForm form);

  // The document without them: a member of an object is gone (omit) or has {"$secret":null} as its value
  // (redact), as an element of an array always has. Valid until the next call, or as long as the document
  // where nothing is found. Throws kInvalidJson for what is no document.
  std::string_view without(std::string_view document);

 private:
  struct State {
    std::size_t path;
    std::size_t step;  // the next one
  };
  struct Frame {
    bool object = false;
    bool kept = false;  // a member that stays has come
    bool gap = false;   // all members so far are gone: from gap_start to gap_end
    std::size_t gap_start = 0;
    std::size_t gap_end = 0;
    std::size_t index = 0;   // of the next element
    std::size_t states = 0;  // where those of this container begin in states_
  };

  void walk(json::Reader& reader);
  void open(bool object, std::size_t states);
  // Takes the end of the container, or the next key.
  bool at_end(json::Reader& reader, Frame& frame, std::size_t& key, std::string& name);
  // Puts the states of the next value behind those of its container, which end at `end`; whether it is
  // secret.
  bool enter(const Frame& frame, std::size_t end, std::string_view name);
  void push(State state, std::size_t from);
  void remove_member(Frame& frame, std::size_t key, std::size_t end);
  void replace(std::size_t begin, std::size_t end, std::string_view by);

  std::vector<json::Path> paths_;
  SecretForm form_;
  std::vector<State> states_;
  std::vector<Frame> frames_;
  std::string_view document_;
  std::string out_;
  std::size_t copied_ = 0;  // bytes of document_ that out_ stands for
};

}  // namespace whimbrel
