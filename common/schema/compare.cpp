#include "common/schema/compare.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

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
    if (text.size() > kLongest) {
      std::size_t end = kLongest;
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
      text.resize(end);
      text += "...";
    }
    return text;
  };
  return {join(a), join(b)};
}

std::string describe_difference(std::string_view before, std::string_view after) {
  const Middle middle = differing_lines(before, after);
  if (middle.before.empty()) return "now also: " + middle.after;
  if (middle.after.empty()) return "no longer: " + middle.before;
  return middle.before + " -> " + middle.after;
}

// A part's own name: behind its owner's.
std::string_view short_name(const CatalogObject& part) {
  const std::string_view identity = part.identity;
  for (std::size_t at = part.owner.find(' '); at != std::string::npos; at = part.owner.find(' ', at + 1)) {
    const std::string_view name = std::string_view(part.owner).substr(at + 1);
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
        if (a->definition != b->definition) differs(*a, *b);
        ++a;
        ++b;
      }
    }
    return collect();
  }

 private:
  void only_in(const CatalogObject& object, ChangeKind kind) {
    if (!object.part)
      (kind == ChangeKind::created ? created_ : dropped_).insert(object.name());
    else
      tell(object, (kind == ChangeKind::created ? "added: " : "dropped: ") +
                       differing_lines(object.definition, {}).before);
  }

  void differs(const CatalogObject& before, const CatalogObject& after) {
    const std::string text = describe_difference(before.definition, after.definition);
    if (before.part)
      tell(before, "changed: " + text);
    else
      altered_[before.name()].push_back(text);
  }

  void tell(const CatalogObject& part, const std::string& text) {
    const std::string_view name = short_name(part);
    altered_[part.owner].push_back(part.kind + (name.empty() ? "" : " " + std::string(name)) + " " + text);
  }

  std::vector<CatalogChange> collect() const {
    std::vector<CatalogChange> changes;
    for (const std::string& name : created_) changes.push_back({ChangeKind::created, name, {}});
    for (const auto& [name, lines] : altered_) {
      if (created_.contains(name) || dropped_.contains(name)) continue;
      std::string detail;
      for (const std::string& line : lines) {
        if (!detail.empty()) detail += '\n';
        detail += line;
      }
      changes.push_back({ChangeKind::altered, name, std::move(detail)});
    }
    for (const std::string& name : dropped_) changes.push_back({ChangeKind::dropped, name, {}});
    return changes;
  }

  const Catalog& before_;
  const Catalog& after_;
  std::set<std::string> created_, dropped_;
  std::map<std::string, std::vector<std::string>> altered_;
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
