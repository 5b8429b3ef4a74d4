#include "common/bundle/node_rules.h"

#include <algorithm>

#include "common/error.h"
#include "common/error_text.h"
#include "common/json/path.h"
#include "common/options.h"
#include "common/transfer/secret_suspects.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

bool has(const std::vector<std::size_t>& list, std::size_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

void NodeRules::finish(BundleNode& node) {
  if (node.table == nullptr) return;
  const SpecValue& spec = *specs_[number_of(node)];
  const Table& table = *node.table;
  if (node.form == BundleNode::Form::list && !spec.has("natural_key") && !node.fields.empty())
    node.natural_key = node.fields[0].kind == BundleField::Kind::reference
                           ? node.references[node.fields[0].place].through
                           : std::vector<std::size_t>{node.fields[0].place};
  else if (node.key != BundleNode::npos && !spec.has("natural_key"))
    node.natural_key = {node.key};
  else if (node.key_reference != BundleNode::npos && !spec.has("natural_key"))
    node.natural_key = node.references[node.key_reference].through;
  else
    natural_key(spec, node);
  // A row belongs to its parent anyway.
  std::erase_if(node.natural_key, [&](std::size_t at) { return has(node.via, at); });
  require_in_document(spec, node);
  require_fields(node, node.fields);
  node.primary_key = places(node, table.primary_key);
  for (const std::size_t at : node.primary_key) {
    if (declared_[&node].contains(node.columns[at])) {
      if (!has(node.natural_key, at))
        spec.fault("column " + in_quotes(node.column_at(at).name) +
                   " of the primary key is in the document, but does not identify the row: leave it out, "
                   "or make it part of the natural key");
    } else if (!has(node.via, at)) {
      node.minted.push_back(at);
    }
  }
  if (node.primary_key.empty()) {
    node.primary_key = node.via;
    node.primary_key.insert(node.primary_key.end(), node.natural_key.begin(), node.natural_key.end());
  }
  for (const auto& child : node.children)
    for (const std::size_t at : shape_->nodes[child]->parent_names)
      if (!declared_[&node].contains(node.columns[at]) && !has(node.primary_key, at))
        spec.fault("column " + in_quotes(node.column_at(at).name) +
                   ", which rows below name, is neither in the document nor the primary key");
  secrets(spec, node);
  inner_references(spec, node);
  const std::vector<std::size_t> unsteady = volatile_columns(spec, node);
  std::vector<std::size_t> ignored = columns(spec, "ignore", table);
  check_complete(spec, node, unsteady, ignored);
  node.not_secret = columns(spec, "not_secret", table);
  check_names(spec, node, node.not_secret);
  where(spec, node);
  for (std::size_t at = 0; at < node.columns.size(); ++at) {
    const bool written = declared_[&node].contains(node.columns[at]) && !has(node.natural_key, at);
    node.is_written.push_back(written);
    node.is_compared.push_back(written && !has(unsteady, node.columns[at]));
  }
}

std::size_t NodeRules::number_of(const BundleNode& node) const {
  std::size_t number = 0;
  while (shape_->nodes[number].get() != &node) ++number;
  return number;
}

void NodeRules::require_fields(const BundleNode& node, std::vector<BundleField>& fields) {
  for (BundleField& field : fields) {
    if (field.kind == BundleField::Kind::column && has(node.natural_key, field.place)) field.required = true;
    if (field.kind == BundleField::Kind::reference)
      for (const std::size_t at : node.references[field.place].through)
        if (has(node.natural_key, at)) field.required = true;
    require_fields(node, field.fields);
    // What is below can only be given together with it.
    if (field.kind == BundleField::Kind::object &&
        std::any_of(field.fields.begin(), field.fields.end(),
                    [](const BundleField& inner) { return inner.required; }))
      field.required = true;
  }
}

void NodeRules::add_secret(BundleNode& node, std::size_t column, const std::string& path) {
  auto known = std::find_if(node.secrets.begin(), node.secrets.end(),
                            [&](const BundleSecret& secret) { return secret.column == column; });
  if (known == node.secrets.end()) known = node.secrets.insert(known, {column, {}});
  if (!path.empty() && std::find(known->paths.begin(), known->paths.end(), path) == known->paths.end())
    known->paths.push_back(path);
}

void NodeRules::secrets(const SpecValue& spec, BundleNode& node) {
  const Table& table = *node.table;
  if (spec.has("secrets")) {
    for (const SpecValue& one : spec.member("secrets").elements()) {
      const bool plain = one.tree().is_string();
      const std::string name = plain ? one.tree().text : one.text("column");
      const std::size_t found = column(one, table, name);
      if (found == Table::npos) continue;
      if (plain) {
        add_secret(node, found, "");
        continue;
      }
      constexpr std::string_view kKeys[] = {"column", "path"};
      one.require_keys(kKeys);
      if (one.list("path").empty()) one.fault("\"path\" is missing");
      for (const std::string& path : one.list("path")) {
        try {
          const json::Path parsed = json::parse_path(path);
          if (parsed.relative || parsed.keys) one.fault("path " + in_quotes(path) + " must lead to values");
        } catch (const Error& error) {
          one.fault(error.message);
        }
        add_secret(node, found, path);
      }
    }
  }
  for (const Rule* rule : rules_.of(RuleKind::secret, table.display_name()))
    add_secret(node, table.find_column(rule->columns[0]), rule->path);
  for (const BundleSecret& secret : node.secrets)
    if (secret.paths.empty() && declared_[&node].contains(secret.column))
      spec.fault("column " + in_quotes(table.columns[secret.column].name) +
                 " is secret and cannot be in the document");
}

void NodeRules::inner_references(const SpecValue& spec, BundleNode& node) {
  const Table& own = *node.table;
  if (spec.has("references")) {
    for (const SpecValue& one : spec.member("references").elements()) {
      constexpr std::string_view kKeys[] = {"column", "path", "parent", "by", "target_column"};
      one.require_keys(kKeys);
      BundleInnerReference made;
      const std::size_t found = column(one, own, one.text("column"));
      made.target = table(one, "parent");
      if (found == Table::npos || made.target == nullptr) continue;
      made.by = column(one, *made.target, one.text("by"));
      if (one.has("target_column"))
        made.named = column(one, *made.target, one.text("target_column"));
      else if (made.target->primary_key.size() == 1)
        made.named = made.target->primary_key[0];
      else
        one.fault("table " + in_quotes(made.target->display_name()) +
                  " has no primary key of one column: name the column in \"target_column\"");
      if (!declared_[&node].contains(found)) one.fault("the column is not in the document");
      made.text = one.text("path");
      try {
        made.path = json::parse_path(made.text);
        if (made.path.relative || made.path.keys || made.path.steps.empty())
          one.fault("path " + in_quotes(made.text) + " must lead to values inside of a document");
      } catch (const Error& error) {
        one.fault(error.message);
      }
      if (made.by == Table::npos || made.named == Table::npos) continue;
      made.place = place(node, found);
      node.inner.push_back(std::move(made));
    }
  }
  for (const Rule* rule : rules_.of(RuleKind::reference, own.display_name())) {
    const std::size_t found = own.find_column(rule->columns[0]);
    if (rule->path.empty() || !declared_[&node].contains(found)) continue;
    const bool known =
        std::any_of(node.inner.begin(), node.inner.end(), [&](const BundleInnerReference& one) {
          return node.columns[one.place] == found && one.text == rule->path;
        });
    if (!known)
      spec.fault("documents of column " + in_quotes(rule->columns[0]) + " reference other rows at " +
                 rule->path + ", by a rule: say their rows in \"references\"");
  }
}

std::vector<std::size_t> NodeRules::volatile_columns(const SpecValue& spec, const BundleNode& node) {
  std::vector<std::size_t> list = columns(spec, "volatile", *node.table);
  for (const Rule* rule : rules_.of(RuleKind::is_volatile, node.table->display_name()))
    list.push_back(node.table->find_column(rule->columns[0]));
  return list;
}

void NodeRules::check_complete(const SpecValue& spec, const BundleNode& node,
                               const std::vector<std::size_t>& unsteady,
                               const std::vector<std::size_t>& ignored) {
  const Table& table = *node.table;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::size_t at = node.place_of(i);
    const bool secret = std::any_of(node.secrets.begin(), node.secrets.end(), [&](const BundleSecret& one) {
      return one.column == i && one.paths.empty();
    });
    if (declared_[&node].contains(i)) {
      if (has(ignored, i))
        spec.fault("column " + in_quotes(table.columns[i].name) + " is ignored and in the document");
      continue;
    }
    if (table.columns[i].generated || secret || has(unsteady, i) || has(ignored, i)) continue;
    if (at != BundleNode::npos && (has(node.via, at) || has(node.minted, at))) continue;
    spec.fault("column " + in_quotes(table.columns[i].name) + " of table " + in_quotes(table.display_name()) +
               " is not declared: make it a field, or list it in \"secrets\", \"volatile\" or \"ignore\"");
  }
  for (const ForeignKey& key : table.foreign_keys) {
    std::vector<std::size_t> here;
    for (const std::size_t column : key.columns) {
      const std::size_t at = node.place_of(column);
      if (at != BundleNode::npos && (declared_[&node].contains(column) || has(node.via, at)))
        here.push_back(at);
    }
    if (here.empty() || std::ranges::is_permutation(here, node.via)) continue;
    const bool covered = std::any_of(node.references.begin(), node.references.end(), [&](const auto& one) {
      return std::ranges::is_permutation(one.through, here);
    });
    if (!covered)
      spec.fault("the foreign key of column " + in_quotes(table.columns[key.columns[0]].name) +
                 " leaves the bundle, to table " + in_quotes(key.parent_table) +
                 ": say its row by {\"parent\": " + in_quotes(key.parent_table) + ", …}");
  }
}

void NodeRules::check_names(const SpecValue& spec, const BundleRow& row,
                            const std::vector<std::size_t>& known) {
  for (const std::size_t column : declared_[&row]) {
    const std::string& name = row.table->columns[column].name;
    if (is_secret_name(name) && !has(known, column))
      spec.fault("column " + in_quotes(row.table->display_name() + "." + name) +
                 " looks like a secret by its name: list it in \"secrets\", or in \"not_secret\"");
  }
}

void NodeRules::where(const SpecValue& spec, BundleNode& node) {
  if (!spec.has("where")) return;
  const SpecValue conditions = spec.member("where");
  if (!conditions.tree().is_object()) {
    conditions.fault("must be an object: column to parameter");
    return;
  }
  if (!node.via.empty()) conditions.fault("rows that belong to another one are all part of the bundle");
  for (const auto& [name, value] : conditions.members()) {
    const std::size_t found = column(conditions, *node.table, name);
    if (!value.tree().is_string()) {
      value.fault("must be the name of a parameter");
    } else if (found != Table::npos) {
      node.where.emplace_back(place(node, found), parameter(value, value.tree().text));
    }
  }
}

}  // namespace whimbrel
