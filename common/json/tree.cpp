#include "common/json/tree.h"

namespace whimbrel::json {

namespace {

constexpr std::size_t kMaxDepth = 200;  // of what is read by recursion

Tree read_value(Reader& reader, std::string_view text) {
  Tree tree;
  tree.token = reader.next();
  const std::size_t begin = reader.position().offset;
  switch (tree.token) {
    case Token::begin_object:
      while (reader.next() == Token::key) {
        std::string key(reader.text());
        tree.members.push_back({std::move(key), read_value(reader, text)});
      }
      break;
    case Token::begin_array:
      while (reader.peek() != Token::end_array) tree.elements.push_back(read_value(reader, text));
      reader.next();
      break;
    case Token::string:
    case Token::number:
      tree.text = reader.text();
      break;
    default:
      break;
  }
  tree.raw = text.substr(begin, reader.end_position().offset - begin);
  return tree;
}

}  // namespace

const Tree* Tree::find(std::string_view key) const {
  for (const auto& [name, value] : members)
    if (name == key) return &value;
  return nullptr;
}

Tree read_tree(std::string_view text) {
  Reader reader(text, {.max_depth = kMaxDepth});
  Tree tree = read_value(reader, text);
  reader.next();
  return tree;
}

}  // namespace whimbrel::json
