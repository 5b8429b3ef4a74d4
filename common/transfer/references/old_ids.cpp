#include "common/transfer/references/old_ids.h"

#include <algorithm>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/transfer/references/id_names.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

constexpr std::size_t kShortestId = 8;  // of what is looked for in texts
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kMostDigits = 20;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= kMostDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

OldIds::OldIds(KeyMaps& maps) : maps_(maps), has_texts_(maps.has_text_ids()) {
  const auto name = [&](const std::string& text, const MappedKey* key) {
    const auto [found, added] = integers_.emplace(plain_id_name(text), key);
    if (!added && found->second != key) found->second = nullptr;
  };
  for (const MappedKey* key : maps.integer_keys()) {
    const std::string stem = id_name_stem(key->table->name);
    if (!stem.empty()) name(stem + "_id", key);
    for (const std::string& column : maps.columns_that_name(*key))
      if (plain_id_name(column) != "id") name(column, key);
  }
}

void OldIds::find_texts(const Cell& cell, Arena& arena, const Report& report) {
  if (!has_texts_ || (cell.tag != Tag::text && cell.tag != Tag::json)) return;
  const std::string_view text = cell.view();
  const auto is_part = [](char c) {
    const char letter = static_cast<char>(c | 0x20);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && is_part(text[end])) ++end;
    if (end - begin >= kShortestId && end - begin <= kLongestId)
      if (const Table* table = maps_.table_of_old_id(text.substr(begin, end - begin), arena))
        report(text.substr(begin, end - begin), *table);
    begin = end + 1;
  }
}

void OldIds::find_integers(const Cell& cell, const std::vector<std::uint32_t>& followed, Arena& arena,
                           const Report& report) {
  if (integers_.empty() || (cell.tag != Tag::json && cell.tag != Tag::text)) return;
  const std::string_view document = cell.view();
  const std::size_t first = document.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (document[first] != '{' && document[first] != '[')) return;
  if (!json::is_valid(document)) return;
  using json::Token;
  json::Reader reader(document);
  std::vector<std::string> names;  // of the containers that are open
  std::string name;                // of the next value: an element is called like its array
  try {
    for (Token token = reader.next(); token != Token::end; token = reader.next()) {
      switch (token) {
        case Token::begin_object:
        case Token::begin_array:
          names.push_back(name);
          break;
        case Token::end_object:
        case Token::end_array:
          names.pop_back();
          name = names.empty() ? std::string() : names.back();
          break;
        case Token::key:
          name = plain_id_name(reader.text());
          break;
        case Token::string:
        case Token::number: {
          if (token == Token::number && !reader.is_integer()) break;
          const std::size_t quote = token == Token::string ? 1 : 0;
          const auto place = static_cast<std::uint32_t>(reader.position().offset + quote);
          if (std::ranges::find(followed, place) == followed.end()) take(name, reader.text(), arena, report);
          break;
        }
        default:
          break;
      }
    }
  } catch (const Error&) {
    // What the engine takes for a document and our reader does not: halves of surrogates.
  }
}

void OldIds::take(const std::string& name, std::string_view id, Arena& arena, const Report& report) {
  if (!is_number(id)) return;
  const auto found = integers_.find(name);
  if (found == integers_.end() || found->second == nullptr) return;
  if (maps_.has_changed(*found->second, id, arena)) report(id, *found->second->table);
}

}  // namespace whimbrel
