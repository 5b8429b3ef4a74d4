#include "common/transfer/references/document_references.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "common/json/reader.h"
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

bool begins_like_document(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  return std::string_view("{[\"-0123456789").find(text[first]) != std::string_view::npos;
}

}  // namespace

struct DocumentReferences::Context {
  const std::function<Cell(std::size_t)>& row;
  const Table& table;
  Arena& arena;
  MissingReference& missing;
  std::uint64_t followed = 0;
};

DocumentReferences::DocumentReferences(KeyMaps& maps, std::size_t column, Kind kind,
                                       std::vector<ResolvedRule> rules)
    : maps_(maps), column_(column), rules_(std::move(rules)) {
  std::vector<json::PathScan::Rule> paths;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].rule.scan) {
      paths.push_back(*rules_[i].rule.scan);
      scanned_.push_back(i);
    } else if (kind == Kind::json || kind == Kind::jsonb) {
      // The texts of a document are its strings.
      for (const std::string_view path : {"$", "$..*"}) {
        paths.push_back({json::parse_path(path), false, 0});
        scanned_.push_back(i);
      }
    } else {
      templates_.push_back(i);
    }
  }
  if (!paths.empty()) scan_.emplace(std::move(paths));
}

std::uint64_t DocumentReferences::rewrite(Cell& cell, const std::function<Cell(std::size_t)>& row,
                                          const Table& table, Arena& arena, MissingReference& missing) {
  if (cell.tag != Tag::json && cell.tag != Tag::text) return 0;
  const std::string_view before = cell.view();
  Context context{row, table, arena, missing};
  replacements_.clear();
  if (scan_ && (cell.tag == Tag::json || (begins_like_document(before) && json::is_valid(before))))
    for (const json::PathMatch& match : scan_->scan(before)) rewrite_match(match, context);
  if (cell.tag == Tag::text) {
    json::Piece whole;
    whole.text = before;
    for (const std::size_t rule : templates_) rewrite_template(rules_[rule], whole, {}, context);
  }
  if (replacements_.empty()) return context.followed;

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
  return context.followed;
}

void DocumentReferences::rewrite_match(const json::PathMatch& match, Context& context) {
  const ResolvedRule& rule = rules_[scanned_[match.path]];
  if (rule.rule.pattern) {
    if (match.kind != json::PathMatch::Kind::integer)
      rewrite_template(rule, match.piece, match.container, context);
    return;
  }
  if (match.piece.text.empty()) return;
  const bool number = match.kind == json::PathMatch::Kind::integer;
  const bool can_be_null =
      match.kind != json::PathMatch::Kind::key && match.piece.strings == (number ? 0 : 1);
  follow(rule, match.piece, 0, match.piece.text.size(), number, can_be_null, match.container, context);
}

void DocumentReferences::rewrite_template(const ResolvedRule& rule, const json::Piece& piece,
                                          std::string_view container, Context& context) {
  for (IdTemplate::Place place = rule.rule.pattern->find(piece.text, 0);
       place.begin != std::string_view::npos; place = rule.rule.pattern->find(piece.text, place.end))
    follow(rule, piece, place.begin, place.end, false, false, container, context);
}

void DocumentReferences::follow(const ResolvedRule& rule, const json::Piece& piece, std::size_t begin,
                                std::size_t end, bool number, bool can_be_null, std::string_view container,
                                Context& context) {
  std::string wanted;
  if (rule.rule.discriminator_path && !container.empty()) {
    wanted = json::scalar_at(container, rule.rule.discriminator_path->steps, rule.rule.discriminator_step);
  } else if (!rule.rule.discriminator_column.empty()) {
    const std::size_t column = context.table.find_column(rule.rule.discriminator_column);
    if (column == Table::npos) return;
    const Cell cell = context.row(column);
    if (cell.is_null()) return;
    wanted = key_text(cell, context.arena);
  }
  const Target* target = nullptr;
  for (const auto& [value, one] : rule.to)
    if (value == wanted) target = &one;
  if (target == nullptr || (rule.rule.has_discriminator() && wanted.empty())) return;

  const std::string_view id = piece.text.substr(begin, end - begin);
  const Cell from = Cell::text(context.arena.copy(id));
  Cell to;
  switch (maps_.follow(*target, &from, &to, context.arena)) {
    case KeyMaps::Outcome::kept:
      return;
    case KeyMaps::Outcome::missing:
      if (context.missing.found(rule.shown, id, *target->table, can_be_null))
        replacements_.push_back(
            {piece.place(begin) - (number ? 0 : kQuote), piece.place(end) + (number ? 0 : kQuote), "null"});
      return;
    case KeyMaps::Outcome::mapped:
      break;
  }
  std::string text(key_text(to, context.arena));
  if (text == id) return;
  ++context.followed;
  if (number && to.tag != Tag::integer) text = "\"" + escaped(std::move(text), 1) + "\"";
  replacements_.push_back({piece.place(begin), piece.place(end), escaped(std::move(text), piece.strings)});
}

}  // namespace whimbrel
