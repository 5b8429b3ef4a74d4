#include "pg_ext/assess_column.h"

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

// Runs body() in a subtransaction that is rolled back; false when it failed: its expression is not readable
// yet.
template <typename Body>
bool tried(Body&& body) {
  struct Outer {
    MemoryContext memory;
    ResourceOwner owner;
  };
  const Outer outer = pg_call([] {
    Outer now{CurrentMemoryContext, CurrentResourceOwner};
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(now.memory);
    return now;
  });
  bool done = true;
  try {
    pg_call(body);
  } catch (const Error&) {
    done = false;
  }
  pg_call([&] {
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(outer.memory);
    CurrentResourceOwner = outer.owner;
  });
  return done;
}

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

}  // namespace

ColumnChange assess_new_column(const ColumnDef& column) {
  ColumnChange change;
  bool not_null = column.is_not_null, valued = false;
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
        rewrites("GENERATED ALWAYS AS ... STORED");
        break;
      case CONSTR_DEFAULT:
        valued = true;
        if (is_volatile(constraint->raw_expr)) rewrites("DEFAULT with a volatile function");
        break;
      default:
        break;
    }
  }
  change.needs_value = not_null && !valued;
  return change;
}

bool type_change_rewrites(Oid table, const char* column, const ColumnDef* definition) {
  if (definition->raw_default != nullptr) return true;  // USING
  bool rewrites = true;
  tried([&] {
    const AttrNumber number = get_attnum(table, column);
    Oid old_type = InvalidOid, old_collation = InvalidOid, new_type = InvalidOid;
    int32 old_limit = -1, new_limit = -1;
    get_atttypetypmodcoll(table, number, &old_type, &old_limit, &old_collation);
    typenameTypeIdAndMod(nullptr, definition->typeName, &new_type, &new_limit);
    if (old_type == new_type && old_limit == new_limit) {
      rewrites = false;
    } else if (new_limit == -1) {
      rewrites = !(old_type == new_type || IsBinaryCoercible(old_type, new_type));
    } else if (new_type == VARCHAROID && (old_type == VARCHAROID || old_type == new_type)) {
      rewrites = old_limit == -1 || new_limit < old_limit;
    } else if (old_type == new_type && new_type == NUMERICOID && old_limit != -1) {
      const int32 old_bits = old_limit - VARHDRSZ, new_bits = new_limit - VARHDRSZ;
      rewrites = (old_bits & 0xffff) != (new_bits & 0xffff) || (new_bits >> 16) < (old_bits >> 16);
    }
  });
  return rewrites;
}

std::string check_condition(Oid table, const Node* raw) {
  const char* found = nullptr;
  const MemoryContext memory = CurrentMemoryContext;
  tried([&] {
    Relation relation = table_open(table, AccessShareLock);
    ParseState* state = make_parsestate(nullptr);
    ParseNamespaceItem* item =
        addRangeTableEntryForRelation(state, relation, AccessShareLock, nullptr, false, true);
    addNSItemToQuery(state, item, true, true, true);
    Node* expression =
        transformExpr(state, static_cast<Node*>(copyObjectImpl(raw)), EXPR_KIND_CHECK_CONSTRAINT);
    expression = coerce_to_boolean(state, expression, "CHECK");
    // With an empty search_path every name gets its schema.
    set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
    const char* text = deparse_expression(
        expression, deparse_context_for(RelationGetRelationName(relation), table), false, false);
    table_close(relation, AccessShareLock);
    found = MemoryContextStrdup(memory, text);
  });
  return found == nullptr ? std::string() : std::string(found);
}

}  // namespace whimbrel::pg
