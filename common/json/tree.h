// A JSON value as a tree, for small ones that are looked at from several sides (a specification, a recorded
// run). What has the size of data goes through Reader instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/reader.h"

namespace whimbrel::json {

struct Member;

struct Tree {
  // begin_object, begin_array, string, number, true_value, false_value or null.
  Token token = Token::null;
  std::string text;             // of a string its characters, of a number its exact text
  std::vector<Member> members;  // of an object, in their order
  std::vector<Tree> elements;
  std::string raw;  // the value's own bytes

  bool is_object() const { return token == Token::begin_object; }
  bool is_array() const { return token == Token::begin_array; }
  bool is_string() const { return token == Token::string; }
  bool is_boolean() const { return token == Token::true_value || token == Token::false_value; }
  // The member, or null; of a key that stands there twice the first.
  const Tree* find(std::string_view key) const;
};

struct Member {
  std::string name;
  Tree value;
};

// Throws kInvalidJson.
Tree read_tree(std::string_view text);

}  // namespace whimbrel::json
