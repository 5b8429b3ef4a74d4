#include "common/schema/postgresql/writer.h"

#include <algorithm>
#include <array>
#include <map>

namespace whimbrel::postgresql {

namespace {

const std::map<std::string_view, const KindWriter*>& writers_by_kind() {
  static const auto all = [] {
    std::map<std::string_view, const KindWriter*> map;
    for (const auto family :
         {namespace_writers(), type_writers(), relation_writers(), view_writers(), constraint_writers(),
          routine_writers(), behaviour_writers(), language_writers(), base_type_writers(),
          aggregate_writers(), operator_writers(), text_search_writers(), foreign_writers(),
          replication_writers(), privilege_writers()})
      for (const KindWriter& one : family) map.emplace(one.kind, &one);
    return map;
  }();
  return all;
}

constexpr std::string_view kSecurityLabel = "security label of ";
constexpr std::array<std::string_view, 3> kNamedOnATable = {"trigger", "rule", "policy"};

}  // namespace

const KindWriter* writer_of(const CatalogObject& object) {
  const auto& all = writers_by_kind();
  const std::string_view variety = object.get("variety");
  const auto at =
      variety.empty() ? all.find(object.kind) : all.find(object.kind + "/" + std::string(variety));
  return at == all.end() ? nullptr : at->second;
}

std::string reference_to(const CatalogIndex& index, const CatalogObject& object) {
  if (object.kind == "column" || object.kind == "attribute") return "COLUMN " + object.identity;
  const std::string keyword(writer_of(object)->keyword);
  const bool on_table =
      std::find(kNamedOnATable.begin(), kNamedOnATable.end(), object.kind) != kNamedOnATable.end();
  if (!on_table && object.kind != "constraint") return keyword + " " + object.identity;
  const CatalogObject& owner = *index.owner(object);
  return keyword + " " + std::string(part_name(object, owner)) + " ON " +
         (owner.kind == "domain" ? "DOMAIN " : "") + owner.identity;
}

void write_comments(Writer& writer, const CatalogObject& object) {
  for (const CatalogObject* part : writer.index().owned(object)) {
    if (part->kind == "comment") {
      const bool standard =
          object.kind == "schema" && object.name == "public" && part->get("text") == "standard public schema";
      if (!standard)
        writer.statement(
            "COMMENT ON " + reference_to(writer.index(), object) + " IS " + quote_literal(part->get("text")),
            object);
    } else if (part->kind.starts_with(kSecurityLabel)) {
      writer.statement("SECURITY LABEL FOR " + quote_identifier(part->kind.substr(kSecurityLabel.size())) +
                           " ON " + reference_to(writer.index(), object) + " IS " +
                           quote_literal(part->get("text")),
                       object);
    } else if (part->kind == "column" || part->kind == "attribute" ||
               (part->kind == "constraint" && !is_separate_constraint(*part) &&
                !writer.separate.contains(part))) {
      write_comments(writer, *part);
    }
  }
}

void write_owner(Writer& writer, const CatalogObject& object) {
  if (object.part || !object.has("owner")) return;
  writer.statement(
      "ALTER " + reference_to(writer.index(), object) + " OWNER TO " + quote_identifier(object.get("owner")),
      object);
}

std::string_view without_semicolon(std::string_view text) {
  while (!text.empty() && (text.back() == ';' || text.back() == '\n' || text.back() == ' '))
    text.remove_suffix(1);
  return text;
}

std::string_view quoted_tail(const CatalogObject& object) {
  bool quoted = false;
  for (std::size_t i = 0; i < object.identity.size(); ++i) {
    if (object.identity[i] == '"') quoted = !quoted;
    if (object.identity[i] == '.' && !quoted) return std::string_view(object.identity).substr(i + 1);
  }
  return object.identity;
}

bool is_separate_constraint(const CatalogObject& constraint) {
  const std::string_view type = constraint.get("type");
  return (type != "check" && type != "not null") || constraint.get("definition").ends_with(" NOT VALID");
}

}  // namespace whimbrel::postgresql
