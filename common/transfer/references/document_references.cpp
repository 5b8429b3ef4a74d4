#include "common/transfer/references/document_references.h"

#include <algorithm>
#include <cstring>

#include "common/json/writer.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

constexpr std::uint32_t kQuote = 1;

// As it stands within so many JSON strings.
std::string escaped(std::string text, unsigned strings) {
  for (; strings != 0; --strings) {
    if (std::none_of(text.begin(), text.end(),
                     [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }))
      break;
    json::Buffer out;
    json::write_string(out, text);
    text = out.view().substr(1, out.size() - 2);
  }
  return text;
}

}  // namespace

DocumentReferences::DocumentReferences(KeyMaps& maps, ReferenceFinder finder,
                                       std::vector<RuleTargets> targets)
    : maps_(maps), finder_(std::move(finder)), targets_(std::move(targets)) {}

std::uint64_t DocumentReferences::rewrite(Cell& cell, const std::function<Cell(std::size_t)>& row,
                                          Arena& arena, MissingReference& missing) {
  std::uint64_t followed = 0;
  replacements_.clear();
  places_.clear();
  finder_.find(cell, row, [&](const FoundReference& found) {
    places_.push_back(found.piece.place(0));
    if (follow(found, arena, missing)) ++followed;
  });
  if (replacements_.empty()) return followed;

  const std::string_view before = cell.view();
  std::stable_sort(replacements_.begin(), replacements_.end(),
                   [](const Replacement& a, const Replacement& b) { return a.begin < b.begin; });
  std::size_t size = before.size();
  for (const Replacement& one : replacements_) size += one.text.size();
  char* const at = arena.allocate(size);
  char* to = at;
  std::size_t from = 0;
  const auto copy = [&](std::string_view bytes) {
    std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
  };
  for (const Replacement& one : replacements_) {
    if (one.begin < from) continue;  // two rules about one value: the first counts
    copy(before.substr(from, one.begin - from));
    copy(one.text);
    from = one.end;
  }
  copy(before.substr(from));
  cell = Cell::of(cell.tag, std::string_view(at, static_cast<std::size_t>(to - at)));
  return followed;
}

void DocumentReferences::each(const Cell& cell, const std::function<Cell(std::size_t)>& row,
                              const Visit& visit) {
  finder_.find(cell, row, [&](const FoundReference& found) {
    if (const Target* const target = target_of(found))
      visit(*target, Cell::text(found.id()), finder_.rules()[found.rule].path);
  });
}

const Target* DocumentReferences::target_of(const FoundReference& found) const {
  const Target* target = nullptr;
  for (const auto& [value, one] : targets_[found.rule])
    if (value == found.value) target = &one;
  return target;
}

bool DocumentReferences::follow(const FoundReference& found, Arena& arena, MissingReference& missing) {
  const Target* const target = target_of(found);
  if (target == nullptr) return false;

  const std::uint32_t begin = found.piece.place(found.begin), end = found.piece.place(found.end);
  const Cell from = Cell::text(arena.copy(found.id()));
  Cell to;
  const KeyMaps::Outcome outcome = maps_.follow(*target, &from, &to, arena);
  switch (outcome) {
    case KeyMaps::Outcome::kept:
      return false;
    case KeyMaps::Outcome::missing:
    case KeyMaps::Outcome::left_out: {
      const std::uint32_t quote = found.number ? 0 : kQuote;
      const NoRow reference{finder_.rules()[found.rule].path, found.id(), *target->table,
                            outcome == KeyMaps::Outcome::left_out};
      if (missing.found(reference, found.can_be_null))
        replacements_.push_back({begin - quote, end + quote, "null"});
      return false;
    }
    case KeyMaps::Outcome::mapped:
      break;
  }
  std::string text(key_text(to, arena));
  if (text == found.id()) return false;
  if (found.number && to.tag != Tag::integer) text = "\"" + escaped(std::move(text), 1) + "\"";
  replacements_.push_back({begin, end, escaped(std::move(text), found.piece.strings)});
  return true;
}

}  // namespace whimbrel
