#include "common/schema/compare.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

#include "common/error_text.h"

namespace whimbrel {

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// The lines between the common beginning and the common end.
struct Middle {
  std::string before, after;
};

Middle differing_lines(std::string_view before, std::string_view after) {
  const auto a = lines_of(before), b = lines_of(after);
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && a[head] == b[head]) ++head;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const auto join = [&](const std::vector<std::string_view>& lines) {
    constexpr std::size_t kLongest = 200;
    std::string text;
    for (std::size_t i = head; i < lines.size() - tail; ++i) {
      if (!text.empty()) text += "; ";
      text += lines[i];
    }
    return excerpt(text, kLongest);
  };
  return {join(a), join(b)};
}

// A property that is the whole text of its object needs no name.
bool is_whole_text(std::string_view property) { return property == "definition" || property == "text"; }

// What is an expression may be "true" without being a flag.
bool is_expression(std::string_view property) {
  return property == "default" || property == "generated" || property == "using" || property == "with_check";
}

std::string words_of(std::string_view property) {
  std::string words(property);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

// "integer", "not null", "default 0"
std::string shown(const Property& property) {
  if (property.value == "true" && !is_expression(property.name)) return words_of(property.name);
  const std::string value = differing_lines(property.value, {}).before;
  return is_whole_text(property.name) || property.name == "type" ? value
                                                                 : words_of(property.name) + " " + value;
}

std::string describe_difference(const Property& before, const Property& after) {
  const Middle middle = differing_lines(before.value, after.value);
  const std::string name = is_whole_text(before.name) ? "" : words_of(before.name) + " ";
  if (middle.before.empty()) return "now also: " + name + middle.after;
  if (middle.after.empty()) return "no longer: " + name + middle.before;
  return name + middle.before + " -> " + middle.after;
}

std::vector<std::string> differences_of(const CatalogObject& before, const CatalogObject& after) {
  std::vector<std::string> texts;
  for (const Property& old : before.properties) {
    if (!after.has(old.name)) texts.push_back("no longer: " + shown(old));
  }
  for (const Property& now : after.properties) {
    const auto old = std::find_if(before.properties.begin(), before.properties.end(),
                                  [&](const Property& one) { return one.name == now.name; });
    if (old == before.properties.end())
      texts.push_back("now also: " + shown(now));
    else if (old->value != now.value)
      texts.push_back(describe_difference(*old, now));
  }
  return texts;
}

std::string shown(const CatalogObject& object) {
  std::string text;
  for (const Property& property : object.properties) text += (text.empty() ? "" : ", ") + shown(property);
  return text;
}

// A part's own name: behind that of the object which it is told of.
std::string_view short_name(const CatalogObject& part, std::string_view object) {
  const std::string_view identity = part.identity;
  for (std::size_t at = object.find(' '); at != std::string::npos; at = object.find(' ', at + 1)) {
    const std::string_view name = object.substr(at + 1);
    if (identity.size() > name.size() && identity.starts_with(name) && identity[name.size()] == '.')
      return identity.substr(name.size() + 1);
  }
  return {};
}

int order_of(const CatalogObject& a, const CatalogObject& b) {
  if (const int kinds = a.kind.compare(b.kind)) return kinds;
  if (const int identities = a.identity.compare(b.identity)) return identities;
  return a.owner.compare(b.owner);
}

class Comparison {
 public:
  Comparison(const Catalog& before, const Catalog& after) : before_(before), after_(after) {}

  std::vector<CatalogChange> run() {
    auto a = before_.objects.begin();
    auto b = after_.objects.begin();
    while (a != before_.objects.end() || b != after_.objects.end()) {
      const int order = a == before_.objects.end() ? 1 : b == after_.objects.end() ? -1 : order_of(*a, *b);
      if (order < 0) {
        only_in(*a++, ChangeKind::dropped);
      } else if (order > 0) {
        only_in(*b++, ChangeKind::created);
      } else {
        if (a->properties != b->properties) differs(*a, *b);
        ++a;
        ++b;
      }
    }
    find_moved();
    return collect();
  }

 private:
  void only_in(const CatalogObject& object, ChangeKind kind) {
    if (!object.part)
      (kind == ChangeKind::created ? created_ : dropped_).emplace(object.key(), &object);
    else
      tell(object, (kind == ChangeKind::created ? "added: " : "dropped: ") + shown(object),
           kind == ChangeKind::created ? after_ : before_);
  }

  // An index or a trigger whose table has another name now is the same.
  void find_moved() {
    for (auto old = dropped_.begin(); old != dropped_.end();) {
      const auto& [name, before] = *old;
      const auto now = created_.find(name);
      if (now == created_.end() || dropped_.count(name) > 1 || created_.count(name) > 1) {
        ++old;
        continue;
      }
      altered_[name].push_back("of " + before->owner + " -> of " + now->second->owner);
      differs(*before, *now->second);
      created_.erase(now);
      old = dropped_.erase(old);
    }
  }

  void differs(const CatalogObject& before, const CatalogObject& after) {
    for (const std::string& text : differences_of(before, after)) {
      if (before.part)
        tell(before, "changed: " + text, before_);
      else
        altered_[before.key()].push_back(text);
    }
  }

  void tell(const CatalogObject& part, const std::string& text, const Catalog& catalog) {
    const std::string& object = object_of(part, catalog);
    const std::string_view name = short_name(part, object);
    altered_[object].push_back(part.kind + (name.empty() ? "" : " " + std::string(name)) + " " + text);
  }

  // What is told of a comment on a column is told of the column's table.
  const std::string& object_of(const CatalogObject& part, const Catalog& catalog) {
    auto& parts = &catalog == &before_ ? parts_before_ : parts_after_;
    if (parts.empty())
      for (const CatalogObject& one : catalog.objects)
        if (one.part) parts.emplace(one.key(), &one);
    const std::string* owner = &part.owner;
    for (auto at = parts.find(*owner); at != parts.end(); at = parts.find(*owner)) owner = &at->second->owner;
    return *owner;
  }

  std::vector<CatalogChange> collect() const {
    std::vector<CatalogChange> changes;
    add_all(created_, ChangeKind::created, changes);
    for (const auto& [name, lines] : altered_) {
      if (created_.contains(name) || dropped_.contains(name)) continue;
      std::string detail;
      for (const std::string& line : lines) {
        if (!detail.empty()) detail += '\n';
        detail += line;
      }
      changes.push_back({ChangeKind::altered, name, std::move(detail)});
    }
    add_all(dropped_, ChangeKind::dropped, changes);
    return changes;
  }

  using Objects = std::multimap<std::string, const CatalogObject*>;  // by key()

  // Each key once.
  static void add_all(const Objects& objects, ChangeKind kind, std::vector<CatalogChange>& changes) {
    for (auto at = objects.begin(); at != objects.end(); at = objects.upper_bound(at->first))
      changes.push_back({kind, at->first, {}});
  }

  const Catalog& before_;
  const Catalog& after_;
  Objects created_, dropped_;
  std::map<std::string, std::vector<std::string>> altered_;
  std::unordered_map<std::string, const CatalogObject*> parts_before_, parts_after_;
};

}  // namespace

std::vector<CatalogChange> compare_catalogs(const Catalog& before, const Catalog& after) {
  return Comparison(before, after).run();
}

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return "created";
    case ChangeKind::altered:
      return "altered";
    case ChangeKind::dropped:
      break;
  }
  return "dropped";
}

}  // namespace whimbrel
