#include "common/bundle/spec_value.h"

#include <algorithm>

#include "common/options.h"

namespace whimbrel {

void SpecValue::require_keys(std::span<const std::string_view> known) const {
  for (std::size_t i = 0; i < tree_->members.size(); ++i) {
    const std::string& key = tree_->members[i].name;
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      const std::string_view near = nearest_name(key, known);
      fault("unknown key \"" + key + "\"" +
            (near.empty() ? std::string() : ", did you mean \"" + std::string(near) + "\"?"));
    } else if (tree_->find(key) != &tree_->members[i].value) {
      fault("key \"" + key + "\" stands there twice");
    }
  }
}

SpecValue SpecValue::member(std::string_view key) const {
  return {*tree_->find(key), path_ + "." + std::string(key), *faults_};
}

std::vector<std::pair<std::string, SpecValue>> SpecValue::members() const {
  std::vector<std::pair<std::string, SpecValue>> list;
  for (const auto& [key, value] : tree_->members)
    list.emplace_back(key, SpecValue(value, path_ + "." + key, *faults_));
  return list;
}

std::vector<SpecValue> SpecValue::elements() const {
  if (!tree_->is_array()) return {*this};
  std::vector<SpecValue> list;
  for (std::size_t i = 0; i < tree_->elements.size(); ++i)
    list.emplace_back(tree_->elements[i], path_ + "[" + std::to_string(i) + "]", *faults_);
  return list;
}

std::string SpecValue::text(std::string_view key) const {
  const json::Tree* value = tree_->find(key);
  if (value == nullptr) return {};
  if (!value->is_string()) member(key).fault("must be a string");
  return value->text;
}

bool SpecValue::flag(std::string_view key, bool otherwise) const {
  const json::Tree* value = tree_->find(key);
  if (value == nullptr) return otherwise;
  if (!value->is_boolean()) member(key).fault("must be true or false");
  return value->token == json::Token::true_value;
}

std::vector<std::string> SpecValue::list(std::string_view key) const {
  std::vector<std::string> texts;
  if (!has(key)) return texts;
  for (const SpecValue& element : member(key).elements()) {
    if (!element.tree().is_string())
      element.fault("must be a string");
    else
      texts.push_back(element.tree().text);
  }
  return texts;
}

}  // namespace whimbrel
