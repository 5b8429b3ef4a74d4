// Taking what is secret out of JSON documents, by the paths of rules, and putting it back. Only the bytes of
// what the paths lead to change, and the comma beside them; all others stay as they were.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/path.h"
#include "common/json/reader.h"
#include "common/transfer/document.h"

namespace whimbrel {

// Stands where a secret was.
inline constexpr std::string_view kSecretTag = R"({"$secret":null})";

// What is secret inside the documents of a column.
struct DocumentSecrets {
  std::size_t column = 0;
  std::vector<std::string> paths;
};

class SecretParts {
 public:
  // Throws kInvalidArgument for what is no path, or one to keys (~). A path into a column of arrays names
  // elements also where the document has them tagged: {"$array":{"lower":[5],"values":[…]}}, {"$json":…}.
  SecretParts(const std::vector<std::string>& paths, SecretForm form);

  // The document without them: a member of an object is gone (omit) or has {"$secret":null} as its value
  // (redact), as an element of an array always has. Valid until the next call, or as long as the document
  // where nothing is found. Throws kInvalidJson for what is no document.
  std::string_view without(std::string_view document);

  // The document with what it lacks put back: a member of an object that is not there, and a value that is
  // {"$secret":null}, become what `kept` has at the same place, elements of arrays by their number. Where
  // `kept` has nothing either, such a value becomes null. What the document has itself stays. A document that
  // is `kept` without its secrets becomes `kept` as it is. Valid until the next call, and as long as both.
  // Throws kInvalidJson; a `kept` that is no document (empty) has nothing.
  std::string_view with(std::string_view document, std::string_view kept);
  // How many values with() has made null.
  std::uint64_t lost() const { return lost_; }

 private:
  enum class Job : std::uint8_t { take_out, collect, put_back };
  struct Part {
    std::string name;
    std::string value;
    bool placed = false;
  };
  using Parts = std::vector<Part>;
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
    std::size_t place = 0;   // so much of place_ leads to it
    Parts* parts = nullptr;  // what with() may put back here
  };

  SecretParts(std::vector<json::Path> paths, SecretForm form);

  void run(std::string_view document, Job job);
  void walk(json::Reader& reader);
  void open(bool object, std::size_t states);
  // Takes the end of the container, or the next key.
  bool at_end(json::Reader& reader, Frame& frame, std::size_t& key, std::string& name);
  // Puts the states of the next value behind those of its container, which end at `end`; whether it is
  // secret.
  bool enter(const Frame& frame, std::size_t end, std::string_view name);
  void push(State state, std::size_t from);
  // Does the job about a secret value, which begins at `key` where it is a member; whether it stays.
  bool take_secret(Frame& frame, std::size_t key, const std::string& name, std::string_view value);
  void put_back(Frame& frame, const std::string& name, std::string_view value, std::size_t begin);
  void add_missing(const Frame& frame, std::size_t end);
  void remove_member(Frame& frame, std::size_t key, std::size_t end);
  void replace(std::size_t begin, std::size_t end, std::string_view by);

  std::vector<json::Path> paths_;
  SecretForm form_;
  std::vector<State> states_;
  std::vector<Frame> frames_;
  Job job_ = Job::take_out;
  std::string place_;                  // of the container that is walked through
  std::map<std::string, Parts> kept_;  // by the place of their container and what it is
  std::uint64_t lost_ = 0;
  std::string_view document_;
  std::string out_;
  std::size_t copied_ = 0;  // bytes of document_ that out_ stands for
};

}  // namespace whimbrel
