#include "common/transfer/references/reference_finder.h"

#include <utility>

#include "common/json/reader.h"
#include "common/transfer/references/key_cell.h"

namespace whimbrel {

namespace {

bool begins_like_document(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  return std::string_view("{[\"-0123456789").find(text[first]) != std::string_view::npos;
}

}  // namespace

struct ReferenceFinder::Context {
  const std::function<Cell(std::size_t)>& row;
  const std::function<void(const FoundReference&)>& visit;
};

ReferenceFinder::ReferenceFinder(const Table& table, std::size_t column, std::vector<ReferenceRule> rules)
    : column_(column), rules_(std::move(rules)) {
  const Kind kind = table.columns[column].kind;
  std::vector<json::PathScan::Rule> paths;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    discriminators_.push_back(table.find_column(rules_[i].discriminator_column));
    if (rules_[i].scan) {
      paths.push_back(*rules_[i].scan);
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

std::vector<std::size_t> ReferenceFinder::discriminators() const {
  std::vector<std::size_t> columns;
  for (const std::size_t column : discriminators_)
    if (column != Table::npos) columns.push_back(column);
  return columns;
}

void ReferenceFinder::find(const Cell& cell, const std::function<Cell(std::size_t)>& row,
                           const std::function<void(const FoundReference&)>& visit) {
  if (cell.tag != Tag::json && cell.tag != Tag::text) return;
  arena_.clear();
  Context context{row, visit};
  const std::string_view text = cell.view();
  if (scan_ && (cell.tag == Tag::json || (begins_like_document(text) && json::is_valid(text))))
    for (const json::PathMatch& match : scan_->scan(text)) take_match(match, context);
  if (cell.tag != Tag::text) return;
  json::Piece whole;
  whole.text = text;
  for (const std::size_t rule : templates_) take_template(rule, whole, {}, context);
}

void ReferenceFinder::take_match(const json::PathMatch& match, Context& context) {
  const std::size_t rule = scanned_[match.path];
  const bool number = match.kind == json::PathMatch::Kind::integer;
  if (rules_[rule].pattern) {
    if (!number) take_template(rule, match.piece, match.container, context);
    return;
  }
  if (match.piece.text.empty()) return;
  const bool can_be_null =
      match.kind != json::PathMatch::Kind::key && match.piece.strings == (number ? 0 : 1);
  take(rule, {rule, {}, match.piece, 0, match.piece.text.size(), number, can_be_null}, match.container,
       context);
}

void ReferenceFinder::take_template(std::size_t rule, const json::Piece& piece, std::string_view container,
                                    Context& context) {
  const IdTemplate& pattern = *rules_[rule].pattern;
  for (IdTemplate::Place place = pattern.find(piece.text, 0); place.begin != std::string_view::npos;
       place = pattern.find(piece.text, place.end))
    take(rule, {rule, {}, piece, place.begin, place.end, false, false}, container, context);
}

void ReferenceFinder::take(std::size_t rule, FoundReference found, std::string_view container,
                           Context& context) {
  const ReferenceRule& by = rules_[rule];
  std::string value;
  if (by.discriminator_path && !container.empty()) {
    value = json::scalar_at(container, by.discriminator_path->steps, by.discriminator_step);
    found.value = value;
  } else if (!by.discriminator_column.empty()) {
    if (discriminators_[rule] == Table::npos) return;
    const Cell cell = context.row(discriminators_[rule]);
    if (cell.is_null()) return;
    found.value = key_text(cell, arena_);
  }
  if (by.has_discriminator() && found.value.empty()) return;
  context.visit(found);
}

std::string missing_reference(const NoRow& reference) {
  const std::string place =
      reference.path.empty() ? std::string() : "path " + std::string(reference.path) + ": ";
  const std::string id = place + std::string(reference.id);
  const std::string table = "table \"" + reference.table.display_name() + "\"";
  return reference.left_out ? id + " is a row of " + table + " that this import leaves out"
                            : id + " is no row of " + table + ", neither in the document nor in the database";
}

std::map<std::size_t, std::vector<ReferenceRule>> rules_inside(const Table& table, const Rules& rules) {
  std::map<std::size_t, std::vector<ReferenceRule>> inside;
  for (const Rule* rule : rules.of(RuleKind::reference, table.display_name())) {
    ReferenceRule parsed = parse_reference(*rule);
    const std::size_t column = table.find_column(parsed.column);
    if (column != Table::npos && parsed.is_inside()) inside[column].push_back(std::move(parsed));
  }
  return inside;
}

}  // namespace whimbrel
