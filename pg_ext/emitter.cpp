#include "pg_ext/emitter.h"

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

Oid type_of(SqlType type) {
  switch (type) {
    case SqlType::text:
      return TEXTOID;
    case SqlType::bigint:
      return INT8OID;  // an oid too: the same bits
    case SqlType::real:
      return FLOAT8OID;
    case SqlType::boolean:
      return BOOLOID;
    case SqlType::timestamptz:
      return TIMESTAMPTZOID;
    case SqlType::json:
      return TEXTOID;  // the same bytes; documents of our own need no second check
  }
  return TEXTOID;
}

// Inside pg_call: the shape of the result as the function was declared.
TupleDesc describe_result(FunctionCallInfo call, Oid single_type) {
  TupleDesc shape = nullptr;
  if (get_call_result_type(call, nullptr, &shape) == TYPEFUNC_COMPOSITE) return shape;
  shape = CreateTemplateTupleDesc(1);
  TupleDescInitEntry(shape, 1, "value", single_type, -1, 0);
  return shape;
}

}  // namespace

Emitter::Emitter(FunctionCallInfo call, const Function& function)
    : scalar_(function.scalar()),
      result_memory_(CurrentMemoryContext),
      writers_(function.columns.size()),
      values_(function.columns.size()),
      nulls_(std::make_unique<bool[]>(function.columns.size())) {
  ReturnSetInfo* const info = reinterpret_cast<ReturnSetInfo*>(call->resultinfo);
  const bool wants_set =
      info != nullptr && IsA(info, ReturnSetInfo) && (info->allowedModes & SFRM_Materialize) != 0;
  if (!scalar_ && !wants_set)
    throw Error("0A000", "set-valued function called in context that cannot accept a set");
  pg_call([&] {
    for (std::size_t i = 0; i < writers_.size(); ++i)
      writers_[i].prepare(type_of(function.columns[i].type), -1, result_memory_);
    if (scalar_) return;
    const MemoryContext outer = MemoryContextSwitchTo(info->econtext->ecxt_per_query_memory);
    shape_ = describe_result(call, type_of(function.columns[0].type));
    store_ = tuplestore_begin_heap((info->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
    info->returnMode = SFRM_Materialize;
    info->setResult = store_;
    info->setDesc = shape_;
    MemoryContextSwitchTo(outer);
    row_memory_ = AllocSetContextCreate(result_memory_, "whimbrel result row", ALLOCSET_DEFAULT_SIZES);
    if (shape_->natts != static_cast<int>(writers_.size()))
      elog(ERROR, "function result has %d columns instead of %d", shape_->natts,
           static_cast<int>(writers_.size()));
  });
}

void Emitter::emit(std::span<const Cell> row) {
  for (const Cell& cell : row)
    if (cell.tag != Tag::null && cell.tag >= Tag::number && cell.size > MaxAllocSize - VARHDRSZ)
      throw Error("54000", "result is larger than the server's limit of 1 GB for one value", {},
                  "Use export_jsonl() or export_json_file(), which have no limit.");
  pg_call([&] {
    const MemoryContext outer = MemoryContextSwitchTo(scalar_ ? result_memory_ : row_memory_);
    for (std::size_t i = 0; i < row.size(); ++i) {
      Cell cell = row[i];
      if (cell.tag == Tag::json) cell.tag = Tag::text;
      values_[i] = writers_[i].write(cell, nulls_[i], scratch_);
    }
    if (scalar_) {
      value_ = values_[0];
      is_null_ = nulls_[0];
    } else {
      tuplestore_putvalues(store_, shape_, values_.data(), nulls_.get());
      MemoryContextReset(row_memory_);
    }
    MemoryContextSwitchTo(outer);
  });
}

}  // namespace whimbrel::pg
