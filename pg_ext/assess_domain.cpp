#include "pg_ext/assess_domain.h"

#include <string>
#include <utility>

#include "common/each_row.h"
#include "pg_ext/assess_condition.h"
#include "pg_ext/assess_violations.h"
#include "pg_ext/guard.h"
#include "pg_ext/named_relation.h"

namespace whimbrel::pg {

namespace {

struct DomainColumn {
  RelationName table;
  std::string name;  // quoted
  std::string base;  // the type below the domain
};

std::vector<DomainColumn> columns_of_domain(Statements& statements, Oid domain) {
  const Cell parameters[] = {Cell::integer_of(domain)};
  struct Found {
    Oid table;
    std::string name, base;
  };
  std::vector<Found> found;
  constexpr std::string_view kColumns =
      "SELECT c.oid::pg_catalog.int8, pg_catalog.quote_ident(a.attname),"
      " pg_catalog.format_type(t.typbasetype, t.typtypmod)"
      " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
      " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
      " WHERE a.atttypid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped"
      " ORDER BY c.relname, c.oid, a.attnum";
  for_each_row(statements, kColumns, parameters, [&](const Cell* row) {
    found.push_back(
        {static_cast<Oid>(row[0].integer), std::string(row[1].view()), std::string(row[2].view())});
  });
  std::vector<DomainColumn> columns;
  for (Found& one : found) columns.push_back({name_of(one.table), std::move(one.name), std::move(one.base)});
  return columns;
}

// Of the CHECK that nobody has proved for the rows that are there; empty when there is none.
std::string unproven_condition(Statements& statements, Oid domain, const char* name) {
  const Cell parameters[] = {Cell::integer_of(domain), Cell::text(name)};
  const auto reader = statements.query(
      "SELECT pg_catalog.pg_get_expr(k.conbin, 0) FROM pg_catalog.pg_constraint k"
      " WHERE k.contypid = $1::pg_catalog.oid AND k.conname = $2 AND NOT k.convalidated AND k.contype = 'c'",
      parameters);
  RowBatch batch;
  return reader->next(batch) && batch.rows() > 0 ? std::string(batch.row(0)->view()) : std::string();
}

// VALUE is a name like any other outside of a domain.
std::string count_breaking(const DomainColumn& column, const std::string& condition) {
  return count_rows("(SELECT " + column.name + "::" + column.base + " AS value FROM " +
                        rows_of_table(column.table) + ") rows",
                    "NOT (" + condition + ")");
}

Oid find_domain(const AlterDomainStmt& alter) {
  return pg_call([&] { return LookupTypeNameOid(nullptr, makeTypeNameFromNameList(alter.typeName), true); });
}

}  // namespace

std::vector<StatementEffect> assess_domain(Statements& statements, const AlterDomainStmt& alter) {
  std::vector<StatementEffect> effects;
  const Oid domain = find_domain(alter);
  if (!OidIsValid(domain)) return effects;
  const std::string name = pg_call([=] { return static_cast<const char*>(format_type_be(domain)); });
  const auto ask = [&](EffectKind kind, const std::string& what, const std::string& constraint,
                       const auto& violations) {
    for (const DomainColumn& column : columns_of_domain(statements, domain)) {
      StatementEffect& effect = effects.emplace_back();
      effect.kind = kind;
      effect.table = column.table.identity;
      effect.object = name + " " + constraint;
      effect.reason = "ALTER DOMAIN " + name + " " + what;
      effect.violations = violations(column);
    }
  };
  if (alter.subtype == 'O')
    ask(EffectKind::breaks_on_rows, "SET NOT NULL", {}, [](const DomainColumn& column) {
      return count_rows(rows_of_table(column.table), column.name + " IS NULL");
    });
  if (alter.subtype == 'C') {
    const auto* added = reinterpret_cast<const Constraint*>(alter.def);
    const std::string constraint = added->conname == nullptr ? "" : quote(added->conname);
    if (added->contype != CONSTR_CHECK || (added->skip_validation && constraint.empty())) return effects;
    const std::string condition = domain_condition(domain, added->raw_expr);
    if (condition.empty()) return effects;
    ask(added->skip_validation ? EffectKind::adds_unproven : EffectKind::breaks_on_rows,
        "ADD CHECK" + (constraint.empty() ? "" : " " + constraint), constraint,
        [&](const DomainColumn& column) { return count_breaking(column, condition); });
  }
  if (alter.subtype == 'V') {
    const std::string condition = unproven_condition(statements, domain, alter.name);
    ask(condition.empty() ? EffectKind::proves_rows : EffectKind::breaks_on_rows,
        "VALIDATE CONSTRAINT " + quote(alter.name), quote(alter.name), [&](const DomainColumn& column) {
          return condition.empty() ? std::string() : count_breaking(column, condition);
        });
  }
  return effects;
}

}  // namespace whimbrel::pg
