#include "pg_ext/assess_column.h"

#include "pg_ext/assess_condition.h"
#include "pg_ext/compat.h"
#include "pg_ext/trial.h"

namespace whimbrel::pg {

namespace {

bool is_serial(const TypeName* type) {
  if (list_length(type->names) != 1 || type->pct_type) return false;
  const std::string_view name = strVal(linitial(type->names));
  return name == "serial" || name == "bigserial" || name == "smallserial" || name == "serial4" ||
         name == "serial8" || name == "serial2";
}

bool is_volatile(const Node* raw) {
  bool found = false;
  tried([&] {
    ParseState* state = make_parsestate(nullptr);
    Node* expression =
        transformExpr(state, static_cast<Node*>(copyObjectImpl(raw)), EXPR_KIND_COLUMN_DEFAULT);
    found = contain_volatile_functions(expression);
  });
  return found;
}

// What the type of a new column brings along.
struct DomainFacts {
  bool constraints = false;
  bool value = false;  // a default
  bool is_volatile = false;
};

DomainFacts facts_of(const TypeName* name) {
  DomainFacts facts;
  tried([&] {
    const Oid type = typenameTypeId(nullptr, name);
    if (get_typtype(type) != TYPTYPE_DOMAIN) return;
    facts.constraints = DomainHasConstraints(type);
    Node* const value = get_typdefault(type);
    facts.value = value != nullptr;
    facts.is_volatile = value != nullptr && contain_volatile_functions(value);
  });
  return facts;
}

bool is_null(const Node* raw) { return IsA(raw, A_Const) && reinterpret_cast<const A_Const*>(raw)->isnull; }

}  // namespace

ColumnChange assess_new_column(const ColumnDef& column) {
  ColumnChange change;
  bool not_null = column.is_not_null, valued = false, own_default = false;
  const auto rewrites = [&](const char* reason) {
    change.rewrites = valued = true;
    change.reason = reason;
  };
  if (is_serial(column.typeName)) rewrites("serial");
  for (int i = 0; i < list_length(column.constraints); ++i) {
    const auto* constraint = static_cast<const Constraint*>(list_nth(column.constraints, i));
    switch (constraint->contype) {
      case CONSTR_NOTNULL:
      case CONSTR_PRIMARY:
        not_null = true;
        break;
      case CONSTR_IDENTITY:
        rewrites("GENERATED AS IDENTITY");
        break;
      case CONSTR_GENERATED:
        valued = true;
        if (!is_virtual(*constraint)) rewrites("GENERATED ALWAYS AS ... STORED");
        break;
      case CONSTR_DEFAULT:
        own_default = true;
        valued = !is_null(constraint->raw_expr);
        if (is_volatile(constraint->raw_expr)) rewrites("DEFAULT with a volatile function");
        break;
      default:
        break;
    }
  }
  if (!change.rewrites) {
    const DomainFacts domain = facts_of(column.typeName);
    if (domain.value && !own_default && !valued) {
      valued = true;
      if (domain.is_volatile) rewrites("of a domain with a volatile default");
    }
    if (domain.constraints) {
      change.rewrites = true;
      change.reason = "of a domain with constraints";
    }
  }
  change.needs_value = not_null && !valued;
  return change;
}

namespace {

// Of the expression that makes the new value: whether it gives the old one as it is. As the server decides it
// (ATColumnChangeRequiresRewrite).
bool only_relabels(const Node* expression, AttrNumber column) {
  for (;;) {
    if (IsA(expression, Var)) return reinterpret_cast<const Var*>(expression)->varattno == column;
    if (IsA(expression, RelabelType)) {
      expression = reinterpret_cast<const Node*>(reinterpret_cast<const RelabelType*>(expression)->arg);
    } else if (IsA(expression, CoerceToDomain)) {
      const auto* domain = reinterpret_cast<const CoerceToDomain*>(expression);
      if (DomainHasConstraints(domain->resulttype)) return false;
      expression = reinterpret_cast<const Node*>(domain->arg);
    } else if (IsA(expression, FuncExpr)) {
      const auto* call = reinterpret_cast<const FuncExpr*>(expression);
      if (call->funcid != F_TIMESTAMPTZ_TIMESTAMP && call->funcid != F_TIMESTAMP_TIMESTAMPTZ) return false;
      if (TimestampTimestampTzRequiresRewrite()) return false;
      expression = static_cast<const Node*>(linitial(call->args));
    } else {
      return false;
    }
  }
}

// With the columns of the relation in sight.
}  // namespace

bool type_change_rewrites(Oid table, const char* column, const ColumnDef* definition) {
  bool rewrites = true;
  tried([&] {
    const AttrNumber number = get_attnum(table, column);
    Oid old_type = InvalidOid, old_collation = InvalidOid, new_type = InvalidOid;
    int32 old_limit = -1, new_limit = -1;
    if (number == InvalidAttrNumber) return;
    get_atttypetypmodcoll(table, number, &old_type, &old_limit, &old_collation);
    typenameTypeIdAndMod(nullptr, definition->typeName, &new_type, &new_limit);
    Relation relation = table_open(table, AccessShareLock);
    ParseState* state = parse_state_over(relation);
    Node* value = definition->raw_default == nullptr  // USING
                      ? reinterpret_cast<Node*>(makeVar(1, number, old_type, old_limit, old_collation, 0))
                      : transformExpr(state, static_cast<Node*>(copyObjectImpl(definition->raw_default)),
                                      EXPR_KIND_ALTER_COL_TRANSFORM);
    value = coerce_to_target_type(state, value, exprType(value), new_type, new_limit, COERCION_ASSIGNMENT,
                                  COERCE_IMPLICIT_CAST, -1);
    table_close(relation, AccessShareLock);
    if (value == nullptr) return;
    assign_expr_collations(state, value);
    value = reinterpret_cast<Node*>(expression_planner(reinterpret_cast<Expr*>(value)));
    rewrites = !only_relabels(value, number);
  });
  return rewrites;
}

std::string type_of(const ColumnDef* definition) {
  const char* found = nullptr;
  const MemoryContext memory = CurrentMemoryContext;
  tried([&] {
    Oid type = InvalidOid;
    int32 limit = -1;
    typenameTypeIdAndMod(nullptr, definition->typeName, &type, &limit);
    found = MemoryContextStrdup(memory, format_type_with_typemod(type, limit));
  });
  return found == nullptr ? std::string() : std::string(found);
}

bool type_relabels(const std::string& from, const std::string& to) {
  bool relabels = false;
  tried([&] {
    Oid old_type = InvalidOid, new_type = InvalidOid;
    int32 old_limit = -1, new_limit = -1;
    read_type(from.c_str(), &old_type, &old_limit);
    read_type(to.c_str(), &new_type, &new_limit);
    Var* const column = makeVar(1, 1, old_type, old_limit, get_typcollation(old_type), 0);
    ParseState* state = make_parsestate(nullptr);
    Node* value = coerce_to_target_type(state, reinterpret_cast<Node*>(column), old_type, new_type, new_limit,
                                        COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
    if (value == nullptr) return;
    value = reinterpret_cast<Node*>(expression_planner(reinterpret_cast<Expr*>(value)));
    relabels = only_relabels(value, 1);
  });
  return relabels;
}

}  // namespace whimbrel::pg
