// The C function behind the SQL functions of values alone (common/value_function.h). It knows the types text,
// json and jsonb, and needs no SPI.

#include "common/error.h"
#include "common/value_function.h"
#include "pg_ext/entry_point.h"
#include "pg_ext/guard.h"
#include "pg_ext/jsonb_text.h"

extern "C" {
PG_FUNCTION_INFO_V1(whimbrel_value_function);
}

namespace whimbrel::pg {

namespace {

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
  const EntryPoint<ValueFunction>& entry = find_entry(call->flinfo, value_functions());
  call->isnull = call->args[0].isnull;
  if (call->isnull) return 0;
  const std::size_t count = entry.function->parameters.size();
  json::Buffer texts[ValueFunction::kMostParameters];
  Cell arguments[ValueFunction::kMostParameters];
  for (std::size_t i = 0; i < count; ++i)
    arguments[i] = read_value(call->args[i], entry.argument_types[i], texts[i]);
  json::Buffer out;
  try {
    if (!entry.function->run({arguments, count}, out)) return call->args[0].value;
  } catch (Error& error) {
    error.at("function " + std::string(entry.function->name) + "()");
    throw;
  }
  if (out.size() >= MaxAllocSize) throw Error(code::kUnsupported, "the changed document is larger than 1 GB");
  return make_value(entry.argument_types[0], out.view());
}

}  // namespace

}  // namespace whimbrel::pg

extern "C" Datum whimbrel_value_function(PG_FUNCTION_ARGS) {
  return whimbrel::pg::entry_wall([&] { return whimbrel::pg::run_value_function(fcinfo); });
}
