#include "common/bundle/secret_values.h"

#include <algorithm>

#include "common/document/edit.h"
#include "common/error.h"
#include "common/options.h"

namespace whimbrel {

namespace {

struct Place {
  std::string table, row, column, path;
};

// agents(agt-1).settings$.auth.token
Place parse(const std::string& name) {
  Place place;
  const std::size_t close = name.find(").");
  const std::size_t dollar = name.find('$', close == std::string::npos ? 0 : close);
  std::string head = name.substr(0, dollar);
  if (dollar != std::string::npos) place.path = name.substr(dollar);
  if (close != std::string::npos) {
    const std::size_t open = head.find('(');
    if (open == std::string::npos || open > close) return place;
    place.table = head.substr(0, open);
    place.row = head.substr(open, close - open + 1);
    place.column = head.substr(close + 2);
  } else if (const std::size_t dot = head.rfind('.'); dot != std::string::npos) {
    place.table = head.substr(0, dot);
    place.column = head.substr(dot + 1);
  }
  return place;
}

}  // namespace

std::string SecretValue::column_name(const BundleShape& shape) const {
  return shape.nodes[node]->table->columns[column].name + path;
}

SecretValues::SecretValues(const BundleShape& shape, const std::map<std::string, std::string>& option) {
  std::vector<std::string> names;
  for (const auto& node : shape.nodes)
    for (const BundleSecret& secret : node->secrets) {
      const std::string name = node->table->display_name() + "." + node->table->columns[secret.column].name;
      if (secret.paths.empty()) names.push_back(name);
      for (const std::string& path : secret.paths) names.push_back(name + path);
    }
  for (const auto& [name, value] : option) {
    const Place place = parse(name);
    bool known = false;
    for (std::size_t i = 0; i < shape.nodes.size(); ++i) {
      const BundleNode& node = *shape.nodes[i];
      if (node.table == nullptr || node.table->display_name() != place.table) continue;
      for (const BundleSecret& secret : node.secrets) {
        if (node.table->columns[secret.column].name != place.column) continue;
        const bool whole = secret.paths.empty() && place.path.empty();
        if (!whole && std::find(secret.paths.begin(), secret.paths.end(), place.path) == secret.paths.end())
          continue;
        values_.push_back({i, secret.column, place.path, place.row, value, name});
        known = true;
      }
    }
    if (known) continue;
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near = nearest_name(name, views);
    std::string list;
    for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
    throw Error(
        code::kInvalidOption,
        "option \"secrets\": \"" + name + "\" is nothing that is secret in bundle \"" + shape.name + "\"",
        names.empty() ? "The bundle has no secrets." : "Its secrets are " + list + ".",
        near.empty() ? std::string() : "Did you mean \"" + std::string(near) + "\"?");
  }
}

bool SecretValues::has_any(std::size_t node) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const SecretValue& one) { return one.node == node; });
}

std::vector<std::size_t> SecretValues::of(std::size_t node, const std::string& shown) const {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const SecretValue& one = values_[i];
    if (one.node != node || !one.is_for(shown)) continue;
    const auto same = std::find_if(list.begin(), list.end(), [&](std::size_t other) {
      return values_[other].column == one.column && values_[other].path == one.path;
    });
    if (same == list.end())
      list.push_back(i);
    else if (!one.row.empty())
      *same = i;
  }
  return list;
}

std::string with_secret(std::string_view document, const std::string& path, std::string_view value) {
  json::Buffer quoted, without, with;
  json::write_string(quoted, value);
  const json::Path place = document::edit_path(path);
  const std::string_view rest = document::remove(document, place, without) ? without.view() : document;
  const std::string_view result =
      document::set_default(rest, place, quoted.view(), with) ? with.view() : rest;
  return std::string(result);
}

}  // namespace whimbrel
