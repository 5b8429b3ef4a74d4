// JSON paths: $.nodes[*].data.agentId, $..credentialId, $.map.*, $['quoted key'][0], $.agents~ (the keys of
// an object). What they say, read from their text; who walks through a document with them is somewhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::json {

struct PathStep {
  enum class Kind : std::uint8_t {
    member,   // of an object, by `name`
    element,  // of an array, by `index`, from 0
    any       // * or [*]: each member or element
  };
  Kind kind = Kind::member;
  bool descendant = false;  // written with ..: at any depth below
  std::string name;
  std::size_t index = 0;

  bool operator==(const PathStep&) const = default;
};

struct Path {
  std::vector<PathStep> steps;
  bool keys = false;      // a final ~: the keys of what the steps lead to
  bool relative = false;  // begins with @, not with $

  bool operator==(const Path&) const = default;
};

// Throws kInvalidArgument, with the position of the first character that is wrong. Names without quotes end
// at one of . [ ] ~ and may hold everything but quotes, * and white space; quoted ones know \' \" and \\ as
// escapes.
Path parse_path(std::string_view text);

}  // namespace whimbrel::json
