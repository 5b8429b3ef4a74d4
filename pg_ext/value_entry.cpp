// The C function behind the SQL functions of values alone (common/value_function.h). It knows the types text,
// json and jsonb, needs no SPI, and keeps what it has looked up for all rows of a statement.

#include "common/error.h"
#include "common/value_function.h"
#include "pg_ext/guard.h"
#include "pg_ext/jsonb_text.h"

extern "C" {
PG_FUNCTION_INFO_V1(whimbrel_value_function);
}

namespace whimbrel::pg {

namespace {

constexpr std::size_t kMostParameters = 4;

// Kept in fn_extra.
struct ValueEntry {
  const ValueFunction* function;
  Oid types[kMostParameters];
};

const ValueEntry& find_value_entry(FmgrInfo* info) {
  if (info->fn_extra != nullptr) return *static_cast<const ValueEntry*>(info->fn_extra);
  ValueEntry* entry = pg_call([&] {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(info->fn_oid));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", info->fn_oid);
    const Form_pg_proc row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    ValueEntry* made = static_cast<ValueEntry*>(MemoryContextAllocZero(info->fn_mcxt, sizeof(ValueEntry)));
    const std::size_t count = static_cast<std::size_t>(row->pronargs);
    for (const ValueFunction& function : value_functions())
      if (function.name == std::string_view(NameStr(row->proname)) && function.parameters.size() == count &&
          count <= kMostParameters)
        made->function = &function;
    if (made->function != nullptr) std::copy_n(row->proargtypes.values, count, made->types);
    ReleaseSysCache(tuple);
    return made;
  });
  if (entry->function == nullptr)
    throw Error(
        code::kInternal, "the library does not know this function", {},
        "The library and the extension have different versions: run ALTER EXTENSION whimbrel UPDATE.");
  info->fn_extra = entry;
  return *entry;
}

// `scratch` keeps what a jsonb reads as.
Cell read_value(const NullableDatum& argument, Oid type, json::Buffer& scratch) {
  if (argument.isnull) return Cell();
  if (type == JSONBOID) {
    pg_call([&] { write_jsonb(scratch, DatumGetJsonbP(argument.value)); });
    return Cell::text(scratch.view());
  }
  const varlena* value = pg_call([&] { return DatumGetTextPP(argument.value); });
  return Cell::text({VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});
}

Datum make_value(Oid type, std::string_view text) {
  return pg_call([&] {
    if (type != JSONBOID)
      return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
    const char* const terminated = pnstrdup(text.data(), text.size());
    return DirectFunctionCall1(jsonb_in, CStringGetDatum(terminated));
  });
}

Datum run_value_function(FunctionCallInfo call) {
  const ValueEntry& entry = find_value_entry(call->flinfo);
  call->isnull = call->args[0].isnull;
  if (call->isnull) return 0;
  const std::size_t count = entry.function->parameters.size();
  json::Buffer texts[kMostParameters];
  Cell arguments[kMostParameters];
  for (std::size_t i = 0; i < count; ++i) arguments[i] = read_value(call->args[i], entry.types[i], texts[i]);
  json::Buffer out;
  try {
    if (!entry.function->run({arguments, count}, out)) return call->args[0].value;
  } catch (Error& error) {
    error.at("function " + std::string(entry.function->name) + "()");
    throw;
  }
  if (out.size() >= MaxAllocSize) throw Error(code::kUnsupported, "the changed document is larger than 1 GB");
  return make_value(entry.types[0], out.view());
}

}  // namespace

}  // namespace whimbrel::pg

extern "C" Datum whimbrel_value_function(PG_FUNCTION_ARGS) {
  return whimbrel::pg::entry_wall([&] { return whimbrel::pg::run_value_function(fcinfo); });
}
