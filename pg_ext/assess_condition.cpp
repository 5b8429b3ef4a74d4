#include "pg_ext/assess_condition.h"

#include "pg_ext/trial.h"

namespace whimbrel::pg {

namespace {

// In the CHECK of a domain.
extern "C" Node* read_value(ParseState* state, ColumnRef* name) {
  if (list_length(name->fields) != 1 || strcmp(strVal(linitial(name->fields)), "value") != 0) return nullptr;
  return static_cast<Node*>(copyObjectImpl(state->p_ref_hook_state));
}

Node* read_condition(ParseState* state, const Node* raw, ParseExprKind kind) {
  Node* const expression = transformExpr(state, static_cast<Node*>(copyObjectImpl(raw)), kind);
  return coerce_to_boolean(state, expression, "CHECK");
}

// With an empty search_path every name gets its schema. Inside tried(), which sets it back.
char* written(Node* condition, List* context) {
  set_config_option("search_path", "pg_catalog", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  return deparse_expression(condition, context, false, false);
}

// What body() gives; empty when it fails.
template <typename Body>
std::string text_of_trial(Body&& body) {
  const char* found = nullptr;
  const MemoryContext memory = CurrentMemoryContext;
  tried([&] { found = MemoryContextStrdup(memory, body()); });
  return found == nullptr ? std::string() : std::string(found);
}

}  // namespace

ParseState* parse_state_over(Relation relation) {
  ParseState* state = make_parsestate(nullptr);
  ParseNamespaceItem* item =
      addRangeTableEntryForRelation(state, relation, AccessShareLock, nullptr, false, true);
  addNSItemToQuery(state, item, true, true, true);
  return state;
}

std::string check_condition(Oid table, const Node* raw) {
  return text_of_trial([&] {
    const Relation relation = table_open(table, AccessShareLock);
    Node* const condition = read_condition(parse_state_over(relation), raw, EXPR_KIND_CHECK_CONSTRAINT);
    const char* const text =
        written(condition, deparse_context_for(RelationGetRelationName(relation), table));
    table_close(relation, AccessShareLock);
    return text;
  });
}

std::string domain_condition(Oid domain, const Node* raw) {
  return text_of_trial([&] {
    CoerceToDomainValue* const value = makeNode(CoerceToDomainValue);
    value->typeId = getBaseTypeAndTypmod(domain, &value->typeMod);
    value->collation = get_typcollation(domain);
    value->location = -1;
    ParseState* const state = make_parsestate(nullptr);
    state->p_pre_columnref_hook = read_value;
    state->p_ref_hook_state = value;
    return written(read_condition(state, raw, EXPR_KIND_DOMAIN_CHECK), NIL);
  });
}

}  // namespace whimbrel::pg
