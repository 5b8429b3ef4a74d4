// Operators, their families and classes, casts.
#include "common/schema/postgresql/clauses.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

namespace {

constexpr Clause kOperatorClauses[] = {{"function", "FUNCTION"},
                                       {"left", "LEFTARG"},
                                       {"right", "RIGHTARG"},
                                       {"commutator", "COMMUTATOR"},
                                       {"negator", "NEGATOR"},
                                       {"restrict", "RESTRICT"},
                                       {"join", "JOIN"},
                                       {"hashes", "HASHES", ClauseForm::flag},
                                       {"merges", "MERGES", ClauseForm::flag}};

void write_operator(Writer& writer, const CatalogObject& object) {
  const std::string name = object.identity.substr(0, object.identity.rfind(" ("));
  writer.statement("CREATE OPERATOR " + name + " (" + clauses(object, kOperatorClauses) + ")", object);
}

void write_cast(Writer& writer, const CatalogObject& cast) {
  std::string sql = "CREATE CAST " + cast.identity;
  if (cast.has("function"))
    sql.append(" WITH FUNCTION ").append(cast.get("function"));
  else
    sql += cast.has("inout") ? " WITH INOUT" : " WITHOUT FUNCTION";
  if (cast.has("context")) sql += cast.get("context") == "implicit" ? " AS IMPLICIT" : " AS ASSIGNMENT";
  writer.statement(sql, cast);
}

// "OPERATOR 1 …", "FUNCTION 1 …": one line each.
std::string members_of(const CatalogObject& object) {
  std::string items;
  for (const char c : object.get("members")) {
    if (c == '\n')
      items += ",\n    ";
    else
      items += c;
  }
  return items;
}

void write_family(Writer& writer, const CatalogObject& family) {
  writer.statement("CREATE OPERATOR FAMILY " + family.identity, family);
  if (family.has("members"))
    writer.statement("ALTER OPERATOR FAMILY " + family.identity + " ADD\n    " + members_of(family), family);
}

void write_class(Writer& writer, const CatalogObject& object) {
  const std::string name = object.identity.substr(0, object.identity.rfind(" USING "));
  std::string sql = "CREATE OPERATOR CLASS " + name;
  if (object.has("default")) sql += " DEFAULT";
  sql.append(" FOR TYPE ").append(object.get("type"));
  sql.append(" USING ").append(object.get("method")).append(" FAMILY ").append(object.get("family"));
  sql += " AS\n    ";
  const std::string members = members_of(object);
  // A class has to have something: its own type as storage says nothing.
  if (object.has("storage") || members.empty())
    sql.append("STORAGE ").append(object.get(object.has("storage") ? "storage" : "type"));
  if (object.has("storage") && !members.empty()) sql += ",\n    ";
  writer.statement(sql + members, object);
}

}  // namespace

std::span<const KindWriter> operator_writers() {
  static constexpr KindWriter kWriters[] = {{"cast", 65, "CAST", write_cast},
                                            {"operator", 90, "OPERATOR", write_operator},
                                            {"operator family", 92, "OPERATOR FAMILY", write_family},
                                            {"operator class", 94, "OPERATOR CLASS", write_class}};
  return kWriters;
}

}  // namespace whimbrel::postgresql
