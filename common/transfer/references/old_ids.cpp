#include "common/transfer/references/old_ids.h"

#include <algorithm>

#include "common/json/reader.h"
#include "common/json/text_walk.h"
#include "common/text/ascii.h"
#include "common/transfer/references/id_names.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

constexpr std::size_t kShortestId = 8;  // of what is looked for in texts
constexpr std::size_t kLongestId = 64;
constexpr std::size_t kMostNames = 4096;  // that are remembered

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
  const char* const begin = document.data();
  const char* const end = begin + document.size();
  const char* p = json::skip_space(begin, end);
  if (p == end || (*p != '{' && *p != '[')) return;
  if (cell.tag == Tag::text && !json::is_valid(document)) return;
  const auto look = [&](const MappedKey* key, const char* at, std::string_view id) {
    if (!is_digits(id)) return;
    const auto place = static_cast<std::uint32_t>(at - begin);
    if (std::ranges::find(followed, place) == followed.end() && maps_.has_changed(*key, id, arena))
      report(id, *key->table);
  };
  open_.clear();                   // whose ids the containers hold that are open
  const MappedKey* key = nullptr;  // the same of the next value: an element is called like its array
  while (p != end) {
    switch (*p) {
      case '{':
      case '[':
        open_.push_back(key);
        ++p;
        break;
      case '}':
      case ']':
        if (!open_.empty()) open_.pop_back();
        key = open_.empty() ? nullptr : open_.back();
        ++p;
        break;
      case '"': {
        const char* const text = ++p;
        p = json::find_quote(p, end);
        const std::string_view raw(text, static_cast<std::size_t>(p - text));
        p = json::skip_space(p == end ? p : p + 1, end);
        if (p != end && *p == ':')
          key = key_of_name(raw);
        else if (key != nullptr && raw.find('\\') == std::string_view::npos)
          look(key, text, raw);
        else if (key != nullptr)
          look(key, text, json::unescaped(raw.data(), raw.data() + raw.size()));
        break;
      }
      case ',':
      case ':':
        ++p;
        break;
      default: {  // a number, or a literal
        const char* const word = p;
        p = json::skip_word(p, end);
        if (p == word) return;  // no document after all
        if (key != nullptr) look(key, word, {word, static_cast<std::size_t>(p - word)});
      }
    }
    p = json::skip_space(p, end);
  }
}

// `raw`: as it stands between its quotes.
const MappedKey* OldIds::key_of_name(std::string_view raw) {
  if (const auto known = names_.find(raw); known != names_.end()) return known->second;
  const auto found = integers_.find(plain_id_name(json::unescaped(raw.data(), raw.data() + raw.size())));
  const MappedKey* const key = found == integers_.end() ? nullptr : found->second;
  // Names of members may be data.
  if (names_.size() < kMostNames) names_.emplace(raw, key);
  return key;
}

}  // namespace whimbrel
