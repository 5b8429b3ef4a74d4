#include "common/schema/selection.h"

#include <algorithm>
#include <unordered_map>

#include "common/error.h"
#include "common/options.h"
#include "common/transfer/selection.h"

namespace whimbrel {

namespace {

// What stands in the statement that makes its object, so that one is never there without the other.
bool is_merged(const CatalogObject& object) {
  if (!object.part) return false;
  if (object.kind != "constraint") return true;
  const std::string_view type = object.get("type");
  return type.empty() || type == "check" || type == "not null";
}

bool is_named_by_tables(const CatalogObject& object) {
  return (holds_rows(object) || object.kind == "view") && object.get("variety") != "external";
}

// Belongs to no schema, but to the types that it is between.
bool belongs_to_types(const CatalogObject& object) {
  return object.kind == "cast" || object.kind == "transform";
}

class Selector {
 public:
  Selector(const CatalogIndex& index, const SchemaExportOptions& options, const std::string& default_schema)
      : index_(index),
        objects_(index.catalog().objects),
        options_(options),
        default_schema_(default_schema),
        chosen_(objects_.size()),
        excluded_(objects_.size()) {
    for (const CatalogObject& object : objects_) {
      if (object.kind == "schema") schemas_.emplace(object.name, &object);
      if (object.has("partition_of"))
        partitions_.emplace("table " + std::string(object.get("partition_of")), &object);
      if (object.kind == "sequence" && object.has("owned_by")) sequences_.push_back(&object);
    }
  }

  FactSelection run() {
    for (const std::string& name : options_.exclude)
      for (const CatalogObject* table : tables_of("exclude", name)) exclude(*table);
    spread_exclusion();
    if (options_.schemas.empty() && options_.tables.empty()) {
      for (const CatalogObject& object : objects_)
        if (!object.part && !is_own(object)) choose_whole(object);
    } else {
      for (const std::string& name : options_.schemas) choose_schema(name);
      for (const std::string& name : options_.tables)
        for (const CatalogObject* table : tables_of("tables", name)) choose_table(*table);
    }
    close();
    choose_between_types();
    return {std::move(chosen_), std::move(left_out_)};
  }

 private:
  // Whimbrel's extension, and what others granted on its members.
  bool is_own(const CatalogObject& object) const {
    if (object.kind == "extension") return object.name == "whimbrel";
    const auto needs = index_.needs(object);
    return object.get("variety") == "external" &&
           std::any_of(needs.begin(), needs.end(), [&](const CatalogObject* needed) {
             return needed->kind == "extension" && is_own(*needed);
           });
  }

  void choose_between_types() {
    for (const CatalogObject& object : objects_) {
      if (!belongs_to_types(object)) continue;
      for (const CatalogObject* needed : index_.needs(object))
        if (chosen_[index_.place(*needed)] && (needed->kind == "type" || needed->kind == "domain"))
          choose(object);
    }
    close();
  }

  std::vector<const CatalogObject*> tables_of(std::string_view option, const std::string& name) const {
    std::vector<const CatalogObject*> found;
    std::vector<std::string> names;
    for (const CatalogObject& object : objects_) {
      if (!is_named_by_tables(object)) continue;
      std::string whole = object.schema + "." + object.name;
      const bool is_default = object.schema == default_schema_;
      if (matches_table(name, {object.schema, object.name, is_default, false})) found.push_back(&object);
      names.push_back(is_default ? object.name : std::move(whole));
    }
    if (found.empty()) throw_unknown(option, "table", name, names);
    return found;
  }

  [[noreturn]] static void throw_unknown(std::string_view option, std::string_view what,
                                         const std::string& name, const std::vector<std::string>& names) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view nearest = nearest_name(name, views);
    throw Error(
        code::kInvalidOption,
        "option \"" + std::string(option) + "\": there is no " + std::string(what) + " \"" + name + "\"", {},
        nearest.empty() ? std::string() : "Perhaps \"" + std::string(nearest) + "\" is meant.");
  }

  void choose_schema(const std::string& name) {
    bool known = schemas_.contains(name);
    for (const CatalogObject& object : objects_)
      if (matches_pattern(name, object.kind == "schema" ? object.name : object.schema)) {
        known = true;
        choose(object);
      } else if (object.kind == "extension" && object.get("schema") == name && !is_own(object)) {
        choose(object);
      }
    if (known) return;
    std::vector<std::string> names;
    for (const auto& [known_name, schema] : schemas_) names.emplace_back(known_name);
    throw_unknown("schemas", "schema", name, names);
  }

  void choose_table(const CatalogObject& table) {
    choose(table);
    for (const CatalogObject* owned : index_.owned(table)) choose(*owned);
    for (const CatalogObject* sequence : sequences_)
      if (belongs_to(*sequence, table)) choose(*sequence);
    const auto [begin, end] = partitions_.equal_range(table.key());
    for (auto at = begin; at != end; ++at) choose_table(*at->second);
  }

  static bool belongs_to(const CatalogObject& sequence, const CatalogObject& table) {
    const std::string_view column = sequence.get("owned_by");
    return column.size() > table.identity.size() && column.starts_with(table.identity) &&
           column[table.identity.size()] == '.';
  }

  void choose_whole(const CatalogObject& object) {
    choose(object);
    for (const CatalogObject* owned : index_.owned(object)) choose(*owned);
  }

  void choose(const CatalogObject& object) {
    const std::size_t place = index_.place(object);
    if (chosen_[place] || excluded_[place]) return;
    chosen_[place] = true;
    waiting_.push_back(&object);
  }

  void close() {
    while (!waiting_.empty()) {
      const CatalogObject& object = *waiting_.back();
      waiting_.pop_back();
      for (const CatalogObject* needed : index_.needs(object)) choose(*needed);
      if (const CatalogObject* owner = index_.owner(object)) choose(*owner);
      if (const auto schema = schemas_.find(object.schema); schema != schemas_.end()) choose(*schema->second);
      for (const CatalogObject* part : index_.owned(object))
        if (is_merged(*part) || (part->part && !object.source.empty())) choose(*part);
    }
  }

  void exclude(const CatalogObject& object) {
    const std::size_t place = index_.place(object);
    if (excluded_[place]) return;
    excluded_[place] = true;
    gone_.push_back(&object);
    for (const CatalogObject* owned : index_.owned(object)) exclude(*owned);
    if (holds_rows(object))
      for (const CatalogObject* sequence : sequences_)
        if (belongs_to(*sequence, object)) exclude(*sequence);
  }

  // To what cannot be without it.
  void spread_exclusion() {
    if (gone_.empty()) return;
    std::unordered_map<std::string_view, std::vector<const CatalogObject*>> needed_by;
    for (const CatalogObject& object : objects_)
      for (const std::string& key : object.dependencies) needed_by[key].push_back(&object);
    for (std::size_t i = 0; i < gone_.size(); ++i) {
      const std::string key = gone_[i]->key();
      for (const CatalogObject* dependent : needed_by[key]) {
        while (is_merged(*dependent)) dependent = index_.owner(*dependent);
        if (excluded_[index_.place(*dependent)]) continue;
        left_out_.push_back("left out: " + dependent->key() + ", which needs " + key);
        exclude(*dependent);
      }
    }
  }

  const CatalogIndex& index_;
  const std::vector<CatalogObject>& objects_;
  const SchemaExportOptions& options_;
  const std::string& default_schema_;
  std::vector<bool> chosen_, excluded_;
  std::vector<const CatalogObject*> waiting_, gone_, sequences_;
  std::unordered_map<std::string_view, const CatalogObject*> schemas_;
  std::unordered_multimap<std::string, const CatalogObject*> partitions_;
  std::vector<std::string> left_out_;
};

}  // namespace

FactSelection select_facts(const CatalogIndex& index, const SchemaExportOptions& options,
                           const std::string& default_schema) {
  return Selector(index, options, default_schema).run();
}

}  // namespace whimbrel
