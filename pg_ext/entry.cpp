// The two C functions behind every SQL function and procedure of the extension: each finds what the core
// calls by the name of the SQL function, reads the arguments, connects SPI, runs it inside the wall, and
// hands the rows over.

#include "common/error.h"
#include "common/function.h"
#include "common/json_rows.h"
#include "pg_ext/emitter.h"
#include "pg_ext/entry_point.h"
#include "pg_ext/guard.h"
#include "pg_ext/host.h"

extern "C" {
PG_FUNCTION_INFO_V1(whimbrel_function);
PG_FUNCTION_INFO_V1(whimbrel_procedure);
}

namespace whimbrel::pg {

namespace {

Cell read_argument(const NullableDatum& argument, Oid type) {
  if (argument.isnull) return Cell();
  switch (type) {
    case INT8OID:
      return Cell::integer_of(DatumGetInt64(argument.value));
    case OIDOID:
      return Cell::integer_of(DatumGetObjectId(argument.value));
    case BOOLOID:
      return Cell::boolean(DatumGetBool(argument.value));
    case FLOAT8OID:
      return Cell::real_of(DatumGetFloat8(argument.value));
    default: {
      const text* value = pg_call([&] { return DatumGetTextPP(argument.value); });
      return Cell::of(type == JSONOID ? Tag::json : Tag::text,
                      {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});
    }
  }
}

std::vector<Cell> read_arguments(FunctionCallInfo call, const EntryPoint<Function>& entry) {
  if (GetDatabaseEncoding() != PG_UTF8)
    throw Error(code::kUnsupported,
                std::string("database encoding ") + GetDatabaseEncodingName() + " is not supported",
                "Documents and their digests are UTF-8.", "Use a database with encoding UTF8.");
  std::vector<Cell> arguments;
  for (std::size_t i = 0; i < entry.function->parameters.size(); ++i)
    arguments.push_back(read_argument(call->args[i], entry.argument_types[i]));
  return arguments;
}

Datum run(FunctionCallInfo call) {
  const EntryPoint<Function>& entry = find_entry(call->flinfo, functions());
  const Function& function = *entry.function;
  const std::vector<Cell> arguments = read_arguments(call, entry);
  Emitter emitter(call, function);
  pg_call([] {
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
  });
  {
    PgHost host(entry.own_schema, function.effect == Effect::reads);
    Call core_call{host, arguments, emitter};
    function.run(core_call);
  }
  pg_call([] { SPI_finish(); });
  call->isnull = function.scalar() ? emitter.is_null() : true;
  return emitter.value();
}

// CALL as a statement of its own, the only place where transactions may end.
void require_top_level(FunctionCallInfo call, const Function& function) {
  const bool atomic = call->context == nullptr || !IsA(call->context, CallContext) ||
                      reinterpret_cast<const CallContext*>(call->context)->atomic;
  if (!atomic) return;
  const std::string name(function.name);
  throw Error(code::kInvalidCall, name + "() cannot run inside a transaction block or a function",
              "It commits after each step, which would end the caller's transaction.",
              "Run it by a statement of its own, with autocommit on: CALL " + name +
                  "(...). migrate_apply() does the same inside of the caller's transaction.");
}

// The row of a procedure: its only INOUT parameter.
Datum make_result(std::string_view array) {
  return pg_call([&] {
    TupleDesc shape = CreateTemplateTupleDesc(1);
    TupleDescInitEntry(shape, 1, "results", JSONOID, -1, 0);
    BlessTupleDesc(shape);
    Datum value = PointerGetDatum(cstring_to_text_with_len(array.data(), static_cast<int>(array.size())));
    bool is_null = false;
    return HeapTupleGetDatum(heap_form_tuple(shape, &value, &is_null));
  });
}

Datum run_procedure(FunctionCallInfo call) {
  const EntryPoint<Function>& entry = find_entry(call->flinfo, functions());
  const Function& function = *entry.function;
  require_top_level(call, function);
  const std::vector<Cell> arguments = read_arguments(call, entry);
  JsonRows rows(function.columns);
  pg_call([] {
    if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
  });
  {
    PgHost host(entry.own_schema, false);
    Call core_call{host, arguments, rows};
    function.run(core_call);
  }
  pg_call([] { SPI_finish(); });
  call->isnull = false;
  return make_result(rows.finish());
}

}  // namespace

}  // namespace whimbrel::pg

extern "C" Datum whimbrel_function(PG_FUNCTION_ARGS) {
  return whimbrel::pg::entry_wall([&] { return whimbrel::pg::run(fcinfo); });
}

extern "C" Datum whimbrel_procedure(PG_FUNCTION_ARGS) {
  return whimbrel::pg::entry_wall([&] { return whimbrel::pg::run_procedure(fcinfo); });
}
