// GRANT and REVOKE, as the difference from what every new object has; default privileges; the roles that
// other statements name.
#include <algorithm>
#include <set>
#include <vector>

#include "common/schema/postgresql/writer.h"
#include "common/sql/do_block.h"

namespace whimbrel::postgresql {

namespace {

// The object as GRANT names it.
std::string target_of(const CatalogObject& object) {
  const std::string& kind = object.kind;
  if (kind == "table" || kind == "view" || kind == "materialized view" || kind == "foreign table")
    return "TABLE " + object.identity;
  if (kind == "domain") return "TYPE " + object.identity;
  if (kind == "server") return "FOREIGN SERVER " + object.identity;
  if (kind == "aggregate")
    return "FUNCTION " + (object.has("signature") ? std::string(object.get("signature")) : object.identity);
  return std::string(writer_of(object)->keyword) + " " + object.identity;
}

class PrivilegeWriter {
 public:
  // `prefix` stands before GRANT and REVOKE.
  PrivilegeWriter(Writer& writer, const CatalogObject& object, std::string target, std::string prefix)
      : writer_(writer), object_(object), target_(std::move(target)), prefix_(std::move(prefix)) {}

  // Those of the object itself, or of its column; in the order in which they were granted.
  void write(const CatalogObject& about) {
    std::vector<const CatalogObject*> items;
    for (const CatalogObject* part : writer_.index().owned(about))
      if (part->kind == "privileges") items.push_back(part);
    std::stable_sort(items.begin(), items.end(),
                     [](const auto* a, const auto* b) { return a->position < b->position; });
    const std::string column =
        about.kind == "column" ? " (" + std::string(part_name(about, object_)) + ")" : "";
    for (const CatalogObject* item : items)
      if (item->has("default_revoked"))
        add(*item, "REVOKE ALL ON " + target_of_item(*item) + " FROM " + grantee_of(*item));
    for (const CatalogObject* item : items) {
      grant(*item, "privileges", column, "");
      grant(*item, "grantable", column, " WITH GRANT OPTION");
    }
  }

 private:
  // Without ALTER … OWNER the owner of the copy is who makes it.
  std::string grantee_of(const CatalogObject& item) const {
    const std::string grantee(item.get("grantee"));
    return item.has("to_owner") && !writer_.options().owner ? "CURRENT_USER" : grantee;
  }

  // Of an identity column: its sequence, or the column itself.
  std::string target_of_item(const CatalogObject& item) const {
    return item.has("sequence") ? "SEQUENCE " + std::string(item.get("sequence")) : target_;
  }

  void grant(const CatalogObject& item, std::string_view property, std::string column,
             std::string_view option) {
    if (!item.has(property)) return;
    if (item.has("sequence")) column.clear();
    std::string privileges;
    for (const char c : item.get(property)) {
      if (c == ',') privileges += column;
      privileges += c;
    }
    add(item, "GRANT " + privileges + column + " ON " + target_of_item(item) + " TO " + grantee_of(item) +
                  std::string(option));
  }

  // A privilege that another than the owner granted is granted by that one again.
  void add(const CatalogObject& item, const std::string& sql) {
    const std::string grantor(item.get("grantor"));
    if (!grantor.empty()) writer_.statement("SET ROLE " + grantor, object_);
    writer_.statement(prefix_ + sql, object_);
    if (!grantor.empty()) writer_.statement("RESET ROLE", object_);
  }

  Writer& writer_;
  const CatalogObject& object_;
  std::string target_;
  std::string prefix_;
};

void write_default_privileges(Writer& writer, const CatalogObject& object) {
  if (!writer.options().privileges) return;
  std::string prefix = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote_identifier(object.get("role"));
  if (!object.schema.empty()) prefix += " IN SCHEMA " + quote_identifier(object.schema);
  PrivilegeWriter(writer, object, std::string(object.get("objects")), prefix + " ").write(object);
}

void write_nothing(Writer&, const CatalogObject&) {}

// `a, "b, ""c"`: names as SQL quotes them, without the quotes into the set. PUBLIC is no role.
void add_names(std::string_view list, std::set<std::string>& names) {
  bool quoted = false, was_quoted = false;
  std::string name;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i == list.size() || (list[i] == ',' && !quoted)) {
      if (!name.empty() && (was_quoted || name != "PUBLIC")) names.insert(name);
      name.clear();
      was_quoted = false;
    } else if (list[i] == '"') {
      if (!quoted && i > 0 && list[i - 1] == '"' && was_quoted) name += '"';  // a doubled one
      quoted = !quoted;
      was_quoted = true;
    } else if (list[i] != ' ' || quoted) {
      name += list[i];
    }
  }
}

}  // namespace

std::span<const KindWriter> privilege_writers() {
  static constexpr KindWriter kWriters[] = {
      {"default privileges", 420, "DEFAULT PRIVILEGES", write_default_privileges},
      {"schema/external", 440, "SCHEMA", write_nothing},
      {"table/external", 440, "TABLE", write_nothing},
      {"foreign table/external", 440, "FOREIGN TABLE", write_nothing},
      {"view/external", 440, "VIEW", write_nothing},
      {"materialized view/external", 440, "MATERIALIZED VIEW", write_nothing},
      {"sequence/external", 440, "SEQUENCE", write_nothing},
      {"function/external", 440, "FUNCTION", write_nothing},
      {"procedure/external", 440, "PROCEDURE", write_nothing},
      {"aggregate/external", 440, "AGGREGATE", write_nothing},
      {"type/external", 440, "TYPE", write_nothing},
      {"language/external", 440, "LANGUAGE", write_nothing},
      {"foreign data wrapper/external", 440, "FOREIGN DATA WRAPPER", write_nothing},
      {"server/external", 440, "SERVER", write_nothing}};
  return kWriters;
}

void write_privileges(Writer& writer, const CatalogObject& object) {
  if (object.kind == "default privileges") return;
  PrivilegeWriter privileges(writer, object, target_of(object), "");
  privileges.write(object);
  for (const CatalogObject* part : writer.index().owned(object))
    if (part->kind == "column") privileges.write(*part);
}

// By the catalog, since neither the role nor the schema need be there.
void write_default_privileges_reset(Writer& writer, const CatalogObject& object) {
  const std::string role(object.get("role"));
  const std::string_view objects = object.get("objects");
  std::string prefix = "ALTER DEFAULT PRIVILEGES FOR ROLE " + quote_identifier(role);
  if (!object.schema.empty()) prefix += " IN SCHEMA " + quote_identifier(object.schema);
  const std::string on = std::string(" ON ").append(objects);
  const std::string letter = objects == "TABLES"      ? "r"
                             : objects == "TYPES"     ? "T"
                             : objects == "SEQUENCES" ? "S"
                             : objects == "FUNCTIONS" ? "f"
                             : objects == "SCHEMAS"   ? "n"
                                                      : "L";
  std::string block =
      "DECLARE\n  item record;\nBEGIN\n  FOR item IN SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE "
      "pg_catalog.quote_ident("
      "pg_catalog.pg_get_userbyid(x.grantee)) END AS grantee\n"
      "      FROM pg_catalog.pg_default_acl d\n"
      "      JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole\n"
      "      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace\n"
      "      CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) x\n"
      "     WHERE r.rolname = " +
      quote_literal(role) + " AND d.defaclobjtype = " + quote_literal(letter) + " AND n.nspname " +
      (object.schema.empty() ? "IS NULL" : "= " + quote_literal(object.schema)) + " LOOP\n    EXECUTE " +
      quote_literal(prefix + " REVOKE ALL" + on + " FROM ") + " || item.grantee;\n  END LOOP;\n";
  if (object.schema.empty()) {  // those of the whole database stand instead of what every object has
    const std::string grant = prefix + " GRANT ALL" + on + " TO ";
    block += "  IF FOUND THEN\n    EXECUTE " + quote_literal(grant + quote_identifier(role)) + ";\n";
    if (objects == "FUNCTIONS" || objects == "TYPES")
      block += "    EXECUTE " + quote_literal(grant + "PUBLIC") + ";\n";
    block += "  END IF;\n";
  }
  writer.statement(sql::do_block(block), object);
}

void write_roles(Writer& writer, std::span<const CatalogObject* const> objects) {
  std::set<std::string> names;
  for (const CatalogObject* object : objects) {
    if (object->kind == "policy") add_names(object->get("roles"), names);
    if (object->kind == "user mapping") add_names(object->get("role"), names);
    if (writer.options().owner && object->has("owner")) names.emplace(object->get("owner"));
    if (!writer.options().privileges) continue;
    if (object->kind == "default privileges") names.emplace(object->get("role"));
    for (const CatalogObject* part : writer.index().owned(*object)) {
      const auto add = [&](const CatalogObject& item) {
        if (item.kind != "privileges") return;
        add_names(item.get("grantee"), names);
        add_names(item.get("grantor"), names);
      };
      add(*part);
      if (part->kind == "column")
        for (const CatalogObject* item : writer.index().owned(*part)) add(*item);
    }
  }
  for (const std::string& name : names) {
    if (name.starts_with("pg_")) continue;  // the system's
    const std::string body =
        "\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = " + quote_literal(name) +
        ") THEN\n    CREATE ROLE " + quote_identifier(name) + " NOLOGIN;\n  END IF;\nEND\n";
    writer.setting("DO " + (body.find("$$") == std::string::npos ? "$$" + body + "$$" : quote_literal(body)));
  }
}

}  // namespace whimbrel::postgresql
