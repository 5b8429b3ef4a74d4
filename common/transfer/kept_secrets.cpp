#include "common/transfer/kept_secrets.h"

#include <algorithm>

#include "common/error.h"

namespace whimbrel {

namespace {

// Or an array of them.
bool is_document(const Cell& cell) {
  return cell.tag == Tag::json || cell.tag == Tag::text || cell.tag == Tag::encoded;
}

}  // namespace

std::vector<DocumentSecrets> secrets_inside(const Table& table, const std::string& name, const Rules& rules,
                                            const DocumentIndex& index) {
  std::vector<DocumentSecrets> secrets;
  const auto add = [&](const std::string& column_name, const std::string& path) {
    const std::size_t column = table.find_column(column_name);
    if (column == Table::npos || path.empty()) return;
    auto found = std::ranges::find(secrets, column, &DocumentSecrets::column);
    if (found == secrets.end()) found = secrets.insert(found, {column, {}});
    if (std::ranges::find(found->paths, path) == found->paths.end()) found->paths.push_back(path);
  };
  for (const Rule* rule : rules.of(RuleKind::secret, table.display_name()))
    if (!rule->columns.empty()) add(rule->columns.front(), rule->path);
  for (const SecretPart& part : index.metadata.redacted)
    if (part.table == name) add(index.renames.column(name, part.column), part.path);
  return secrets;
}

KeptSecrets::KeptSecrets(const std::vector<std::size_t>& columns,
                         const std::vector<DocumentSecrets>& secrets) {
  for (const DocumentSecrets& one : secrets) {
    const auto found = std::ranges::find(columns, one.column);
    if (found != columns.end())
      parts_.push_back(
          {static_cast<std::size_t>(found - columns.begin()), SecretParts(one.paths, SecretForm::redact)});
  }
}

bool KeptSecrets::has_lost() const {
  return std::ranges::any_of(parts_, [](const Inside& inside) { return inside.parts.lost() != 0; });
}

// A value that is no document has no parts, on either side.
void KeptSecrets::merge(Inside& inside, Cell& cell, std::string_view kept, Arena& arena) {
  if (!is_document(cell)) return;
  try {
    const std::string_view before = cell.view();
    const std::string_view merged = inside.parts.with(before, kept);
    if (merged.data() != before.data()) cell = Cell::of(cell.tag, arena.copy(merged));
  } catch (const Error& error) {
    if (error.code != code::kInvalidJson) throw;
  }
}

void KeptSecrets::put_back(Cell* cells, const Cell* existing, Arena& arena) {
  for (Inside& inside : parts_) {
    const Cell& kept = existing[inside.place];
    merge(inside, cells[inside.place], is_document(kept) ? kept.view() : std::string_view(), arena);
  }
}

void KeptSecrets::put_nothing(Cell* cells, Arena& arena) {
  bool any = false;
  for (Inside& inside : parts_) {
    any = any || is_document(cells[inside.place]);
    merge(inside, cells[inside.place], {}, arena);
  }
  if (any) ++new_rows_;
}

bool NewRows::next(RowBatch& batch) {
  if (!source_.next(batch)) return false;
  for (std::size_t row = 0; row < batch.rows(); ++row) secrets_.put_nothing(batch.row(row), batch.arena());
  return true;
}

}  // namespace whimbrel
