#include "common/bundle/suspects.h"

#include <algorithm>
#include <set>

#include "common/error.h"
#include "common/json/tree.h"
#include "common/transfer/secret_parts.h"
#include "common/transfer/secret_suspects.h"

namespace whimbrel {

namespace {

constexpr std::size_t kRows = 256;      // of a table, at most
constexpr std::size_t kBytes = 65'536;  // of a document, at most

class Suspects {
 public:
  Suspects(Host& host, const BundleShape& shape) : host_(host), shape_(shape) {}

  void run() {
    for (const auto& node : shape_.nodes) look_at(*node, node.get());
    for (const auto& [name, parameter] : shape_.parameters)
      if (const std::string_view what = secret_in(parameter.otherwise); !what.empty())
        found_.insert("the default of parameter \"" + name + "\" looks like " + std::string(what));
    if (found_.empty()) return;
    std::string detail;
    for (const std::string& one : found_) detail += (detail.empty() ? "" : "\n") + one;
    throw Error(
        code::kInvalidBundle,
        "bundle \"" + shape_.name + "\": " + *found_.begin() +
            (found_.size() == 1 ? std::string() : " (and " + std::to_string(found_.size() - 1) + " more)"),
        detail,
        "List the column, or {\"column\": …, \"path\": …}, in \"secrets\"; or in \"not_secret\" where it "
        "only looks so.");
  }

 private:
  void look_at(const BundleRow& row, const BundleNode* node) {
    for (const BundleReference& reference : row.references) look_at(*reference.target, nullptr);
    std::vector<std::size_t> columns;
    if (row.table == nullptr) return;
    said(row, row.fields, columns);
    for (const BundleReference& reference : row.references)
      for (const std::size_t place : reference.through) std::erase(columns, row.columns[place]);
    if (node != nullptr)
      for (const std::size_t known : node->not_secret) std::erase(columns, known);
    if (columns.empty()) return;
    ScanRequest request;
    request.table = row.table;
    request.columns = columns;
    request.ordered = false;
    const auto reader = host_.scan(request);
    RowBatch batch;
    for (std::size_t rows = 0; rows < kRows && reader->next(batch); rows += batch.rows())
      for (std::size_t i = 0; i < batch.rows(); ++i)
        for (std::size_t c = 0; c < columns.size(); ++c)
          look_at_value(*row.table, node, columns[c], batch.row(i)[c]);
  }

  static void said(const BundleRow& row, const std::vector<BundleField>& fields,
                   std::vector<std::size_t>& columns) {
    for (const BundleField& field : fields) {
      if (field.kind == BundleField::Kind::column) columns.push_back(row.columns[field.place]);
      said(row, field.fields, columns);
    }
  }

  void look_at_value(const Table& table, const BundleNode* node, std::size_t column, const Cell& cell) {
    if (cell.tag != Tag::text && cell.tag != Tag::json && cell.tag != Tag::encoded) return;
    std::string name = "column \"" + table.display_name() + "." + table.columns[column].name + "\"";
    std::string_view text = cell.view();
    const bool document =
        text.size() <= kBytes && !text.empty() && (text[0] == '{' || text[0] == '[') && json::is_valid(text);
    const BundleSecret* secret = node == nullptr ? nullptr : node->secret_paths(column);
    std::string rest;
    if (secret != nullptr && json::is_valid(text)) {
      SecretParts parts(secret->paths, SecretForm::omit);
      rest = parts.without(text);
      text = rest;
    }
    if (document) {
      look_into(json::read_tree(text), name, "$");
    } else if (const std::string_view what = secret_in(text.substr(0, kBytes)); !what.empty()) {
      found_.insert(name + " has a value that looks like " + std::string(what));
    }
  }

  // A list of keys, or a key with its name beside it, is a secret too.
  static bool has_text(const json::Tree& tree) {
    return (tree.is_string() && !tree.text.empty()) ||
           std::any_of(tree.elements.begin(), tree.elements.end(), has_text) ||
           std::any_of(tree.members.begin(), tree.members.end(),
                       [](const auto& member) { return has_text(member.value); });
  }

  void look_into(const json::Tree& tree, const std::string& name, const std::string& path) {
    for (const auto& [key, value] : tree.members) {
      if (has_text(value) && is_secret_name(key))
        found_.insert(name + " has a secret by its name at " + path + "." + key);
      else
        look_into(value, name, path + "." + key);
    }
    for (const json::Tree& element : tree.elements) look_into(element, name, path + "[*]");
    if (tree.is_string() && !secret_in(tree.text).empty())
      found_.insert(name + " has a value at " + path + " that looks like " +
                    std::string(secret_in(tree.text)));
  }

  Host& host_;
  const BundleShape& shape_;
  std::set<std::string> found_;
};

}  // namespace

void refuse_suspects(Host& host, const BundleShape& shape) { Suspects(host, shape).run(); }

}  // namespace whimbrel
