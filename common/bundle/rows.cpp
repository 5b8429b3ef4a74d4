#include "common/bundle/rows.h"

#include <algorithm>
#include <numeric>

#include "common/bundle/value_text.h"
#include "common/transfer/number_order.h"

namespace whimbrel {

namespace {

// <0, 0, >0; nulls first, numbers by their values (the engines keep them in other types), other values by
// their kind, texts by their bytes.
int compare(const Cell& a, const Cell& b) {
  if (a.is_null() || b.is_null()) return static_cast<int>(b.is_null()) - static_cast<int>(a.is_null());
  if (is_number(a) && is_number(b)) return compare_numbers(a, b);
  if (a.tag != b.tag) return a.tag < b.tag ? -1 : 1;
  switch (a.tag) {
    case Tag::boolean:
    case Tag::date:
    case Tag::time:
    case Tag::timestamp:
    case Tag::timestamptz:
      return a.integer < b.integer ? -1 : static_cast<int>(a.integer > b.integer);
    default:
      return a.view().compare(b.view());
  }
}

// By the natural key; what is a reference in it by the natural key of the row that it leads to, since its
// number is another one in each database.
int compare_rows(const BundleRows& rows, std::size_t a, std::size_t b) {
  const BundleRow& shape = *rows.shape;
  for (const std::size_t place : shape.natural_key) {
    int order = compare(rows.row(a)[place], rows.row(b)[place]);
    for (std::size_t i = 0; i < shape.references.size(); ++i) {
      const auto& through = shape.references[i].through;
      if (std::find(through.begin(), through.end(), place) == through.end()) continue;
      const std::uint32_t left = rows.leads_to[i][a];
      const std::uint32_t right = rows.leads_to[i][b];
      if (left < kNotSaid && right < kNotSaid) order = compare_rows(rows.references[i], left, right);
    }
    if (order != 0) return order;
  }
  return 0;
}

// What tells the row from its siblings.
std::string own_key(const BundleRows& rows, std::uint32_t row) {
  const BundleRow& shape = *rows.shape;
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  std::vector<bool> said(shape.references.size(), false);
  for (const std::size_t place : shape.natural_key) {
    bool is_reference = false;
    for (std::size_t i = 0; i < shape.references.size(); ++i) {
      const auto& through = shape.references[i].through;
      if (std::find(through.begin(), through.end(), place) == through.end()) continue;
      is_reference = true;
      const std::uint32_t target = rows.leads_to[i][row];
      if (!said[i] && target < kNotSaid) add(own_key(rows.references[i], target));
      said[i] = true;
    }
    if (!is_reference) add(shown_cell(rows.row(row)[place], shape.column_at(place).kind));
  }
  return text;
}

}  // namespace

BundleRows::BundleRows(const BundleRow& of) : shape(&of), leads_to(of.references.size()) {
  for (const BundleReference& reference : of.references) references.emplace_back(*reference.target);
}

std::uint32_t BundleRows::append() {
  if (rows % kBlock == 0) blocks.push_back(std::make_unique_for_overwrite<Cell[]>(kBlock * width()));
  std::fill_n(blocks.back().get() + rows % kBlock * width(), width(), Cell::of(Tag::absent, std::int64_t{0}));
  for (auto& list : leads_to) list.push_back(kNotSaid);
  return static_cast<std::uint32_t>(rows++);
}

void BundleNodeRows::arrange(std::size_t parents) {
  begin.assign(parents + 1, 0);
  for (const std::uint32_t at : parent) ++begin[at + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  order.resize(rows);
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (std::uint32_t i = 0; i < rows; ++i) order[next[parent[i]]++] = i;
  if (shape->table == nullptr) return;
  for (std::size_t p = 0; p < parents; ++p)
    std::sort(order.begin() + begin[p], order.begin() + begin[p + 1],
              [&](std::uint32_t a, std::uint32_t b) { return compare_rows(*this, a, b) < 0; });
}

BundleRowsOf::BundleRowsOf(const BundleShape& shape) {
  for (const auto& node : shape.nodes) nodes.emplace_back(*node);
  // The document's own row, where it is no table's.
  if (shape.root().table == nullptr) {
    nodes[0].append();
    nodes[0].parent.push_back(0);
    nodes[0].ordinal.push_back(0);
  }
}

ColumnsHash cell_hash(const BundleRow& shape, const std::vector<std::size_t>& places) {
  std::vector<TableDigest::Column> columns;
  for (const std::size_t place : places)
    columns.push_back({shape.column_at(place).name, shape.column_at(place).kind, place});
  return ColumnsHash(std::move(columns));
}

bool is_same_key(const BundleRows& rows, std::uint32_t a, std::uint32_t b) {
  return compare_rows(rows, a, b) == 0;
}

std::string shown_place(const BundleRows& rows, std::uint32_t row, std::size_t place) {
  const BundleRow& shape = *rows.shape;
  for (std::size_t i = 0; i < shape.references.size(); ++i) {
    const auto& through = shape.references[i].through;
    if (std::find(through.begin(), through.end(), place) == through.end()) continue;
    const std::uint32_t target = rows.leads_to[i][row];
    if (target < kNotSaid) return own_key(rows.references[i], target);
  }
  return shown_cell(rows.row(row)[place], shape.column_at(place).kind);
}

std::string path_of_row(const BundleShape& shape, const BundleRowsOf& rows, std::size_t node,
                        std::uint32_t row) {
  const BundleNode& of = *shape.nodes[node];
  if (of.parent == BundleNode::npos) return "$";
  const BundleNodeRows& list = rows.nodes[node];
  std::string path = path_of_row(shape, rows, of.parent, list.parent[row]) + of.path;
  if (of.form != BundleNode::Form::object) return path + "[" + std::to_string(list.ordinal[row]) + "]";
  return path + "[\"" + own_key(list, row) + "\"]";
}

std::string shown_row(const BundleShape& shape, const BundleRowsOf& rows, std::size_t node,
                      std::uint32_t row) {
  std::string text = own_key(rows.nodes[node], row);
  for (std::size_t at = node; !shape.nodes[at]->via.empty();) {
    row = rows.nodes[at].parent[row];
    at = shape.nodes[at]->parent;
    text = own_key(rows.nodes[at], row) + ", " + text;
  }
  return "(" + text + ")";
}

}  // namespace whimbrel
