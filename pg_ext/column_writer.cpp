#include "pg_ext/column_writer.h"

namespace whimbrel::pg {

void ColumnWriter::prepare(const FormData_pg_attribute& attribute, MemoryContext memory) {
  writer_.prepare(attribute.atttypid, -1, memory);
  if (attribute.atttypmod < 0) return;
  const MemoryContext outer = MemoryContextSwitchTo(memory);
  CaseTestExpr* const value = makeNode(CaseTestExpr);
  value->typeId = attribute.atttypid;
  value->typeMod = -1;
  value->collation = get_typcollation(attribute.atttypid);
  Node* const value_node = reinterpret_cast<Node*>(value);
  Node* const fitted =
      coerce_to_target_type(nullptr, value_node, attribute.atttypid, attribute.atttypid, attribute.atttypmod,
                            COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
  if (fitted != nullptr && fitted != value_node) {
    fit_ = ExecInitExpr(expression_planner(reinterpret_cast<Expr*>(fitted)), nullptr);
    context_ = CreateStandaloneExprContext();
  }
  MemoryContextSwitchTo(outer);
}

Datum ColumnWriter::write(const Cell& cell, bool& is_null, json::Buffer& scratch) const {
  const Datum value = writer_.write(cell, is_null, scratch);
  if (fit_ == nullptr || is_null) return value;
  context_->caseValue_datum = value;
  context_->caseValue_isNull = false;
  return ExecEvalExpr(fit_, context_, &is_null);
}

}  // namespace whimbrel::pg
