#include "common/bundle/inner_references.h"

#include <algorithm>

#include "common/bundle/load.h"
#include "common/json/reader.h"
#include "common/json/writer.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

constexpr std::size_t kUpToTag = 3;  // the key, its object, the array, the object of $ref

json::PathScan::Rule bare_rule(const BundleInnerReference& reference) { return {reference.path, false, 0}; }

json::PathScan::Rule said_rule(const BundleInnerReference& reference) {
  json::Path path = reference.path;
  path.steps.push_back({json::PathStep::Kind::member, false, "$ref", 0});
  path.steps.push_back({json::PathStep::Kind::element, false, {}, 1});
  path.steps.push_back(
      {json::PathStep::Kind::member, false, reference.target->columns[reference.by].name, 0});
  return {path, false, kUpToTag};
}

std::vector<Cell> cells_of(const std::vector<std::string>& texts, Kind kind, Arena& arena) {
  std::vector<Cell> cells;
  for (const std::string& text : texts) {
    Cell cell;
    if (!to_key_cell(Cell::text(text), kind, arena, cell)) cell = Cell();
    cells.push_back(cell);
  }
  return cells;
}

}  // namespace

InnerReferences::InnerReferences(const BundleInnerReference& reference)
    : reference_(reference), bare_({bare_rule(reference)}), said_({said_rule(reference)}) {}

std::vector<InnerPlace> InnerReferences::places(std::string_view document) {
  std::vector<InnerPlace> list;
  for (const json::PathMatch& match : bare_.scan(document)) {
    const bool quoted = match.kind == json::PathMatch::Kind::string;
    const std::size_t begin = match.piece.place(0);
    const std::size_t end = match.piece.place(match.piece.text.size());
    list.push_back(
        {begin - (quoted ? 1 : 0), end + (quoted ? 1 : 0), std::string(match.piece.text), false, quoted});
  }
  for (const json::PathMatch& match : said_.scan(document)) {
    json::Reader reader(match.container, {.many = true});
    const std::string_view whole = reader.raw_value();
    const std::size_t begin = static_cast<std::size_t>(match.container.data() - document.data());
    list.push_back(
        {begin, begin + whole.size(), std::string(match.piece.text), true, whole.ends_with("\"text\"]}")});
  }
  std::sort(list.begin(), list.end(),
            [](const InnerPlace& a, const InnerPlace& b) { return a.begin < b.begin; });
  return list;
}

std::string InnerReferences::replaced(std::string_view document, const std::vector<InnerPlace>& places,
                                      const std::function<std::string(const InnerPlace&)>& by) {
  std::string text;
  std::size_t copied = 0;
  for (const InnerPlace& place : places) {
    const std::string other = by(place);
    if (other.empty()) continue;
    text += document.substr(copied, place.begin - copied);
    text += other;
    copied = place.end;
  }
  text += document.substr(copied);
  return text;
}

std::string InnerReferences::said(const std::string& key, bool quoted) const {
  const Column& by = reference_.target->columns[reference_.by];
  json::Buffer out;
  out.append("{\"$ref\":[");
  json::write_string(out, reference_.target->display_name());
  out.append(",{");
  json::write_string(out, by.name);
  out.append(':');
  if (by.kind == Kind::integer)
    out.append(key);
  else
    json::write_string(out, key);
  // A number that the document has as text.
  const bool odd = quoted && reference_.target->columns[reference_.named].kind == Kind::integer;
  out.append(odd ? std::string_view("},\"text\"]}") : std::string_view("}]}"));
  return std::string(out.view());
}

std::string InnerReferences::token(const Cell& number) const {
  Arena arena;
  const std::string_view text = key_text(number, arena);
  if (number.tag == Tag::integer) return std::string(text);
  json::Buffer out;
  json::write_string(out, text);
  return std::string(out.view());
}

void InnerReferences::find_numbers(Host& host, const std::vector<std::string>& keys,
                                   InnerNumbers& numbers) const {
  Arena arena;
  const std::vector<Cell> cells = cells_of(keys, reference_.target->columns[reference_.by].kind, arena);
  if (keys.empty()) return;
  find_many(host, *reference_.target, {reference_.by}, {reference_.named}, cells,
            [&](std::size_t key, const Cell* row) { numbers[keys[key]] = token(row[0]); });
}

std::map<std::string, std::string> InnerReferences::find_keys(Host& host,
                                                              const std::vector<std::string>& numbers) const {
  std::map<std::string, std::string> keys;
  if (numbers.empty()) return keys;
  Arena arena;
  const std::vector<Cell> cells = cells_of(numbers, reference_.target->columns[reference_.named].kind, arena);
  find_many(host, *reference_.target, {reference_.named}, {reference_.by}, cells,
            [&](std::size_t number, const Cell* row) {
              Arena scratch;
              keys[numbers[number]] = key_text(row[0], scratch);
            });
  return keys;
}

}  // namespace whimbrel
