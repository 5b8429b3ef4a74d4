// The one C function behind every SQL function of the extension: it finds what the core calls by the name of
// the SQL function, reads the arguments, connects SPI, runs it inside the wall, and hands the rows over.

#include "common/error.h"
#include "common/function.h"
#include "pg_ext/emitter.h"
#include "pg_ext/guard.h"
#include "pg_ext/host.h"

extern "C" {
PG_FUNCTION_INFO_V1(whimbrel_function);
}

namespace whimbrel::pg {

namespace {

// Kept in fn_extra: the look-ups of one call site.
struct EntryPoint {
  const Function* function;
  Oid own_schema;
  Oid argument_types[FUNC_MAX_ARGS];
};

const EntryPoint& find_entry(FmgrInfo* info) {
  if (info->fn_extra != nullptr) return *static_cast<const EntryPoint*>(info->fn_extra);
  EntryPoint* entry = pg_call([&] {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(info->fn_oid));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", info->fn_oid);
    const Form_pg_proc row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    EntryPoint* made = static_cast<EntryPoint*>(MemoryContextAllocZero(info->fn_mcxt, sizeof(EntryPoint)));
    made->own_schema = row->pronamespace;
    for (int i = 0; i < row->pronargs; ++i) made->argument_types[i] = row->proargtypes.values[i];
    for (const Function& function : functions())
      if (function.name == std::string_view(NameStr(row->proname)) &&
          function.parameters.size() == static_cast<std::size_t>(row->pronargs))
        made->function = &function;
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

Cell read_argument(const NullableDatum& argument, Oid type) {
  if (argument.isnull) return Cell();
  switch (type) {
    case INT8OID:
      return Cell::integer_of(DatumGetInt64(argument.value));
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

Datum run(FunctionCallInfo call) {
  const EntryPoint& entry = find_entry(call->flinfo);
  const Function& function = *entry.function;
  if (GetDatabaseEncoding() != PG_UTF8)
    throw Error(code::kUnsupported,
                std::string("database encoding ") + GetDatabaseEncodingName() + " is not supported",
                "Documents and their digests are UTF-8.", "Use a database with encoding UTF8.");
  std::vector<Cell> arguments;
  for (std::size_t i = 0; i < function.parameters.size(); ++i)
    arguments.push_back(read_argument(call->args[i], entry.argument_types[i]));

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

}  // namespace

}  // namespace whimbrel::pg

extern "C" Datum whimbrel_function(PG_FUNCTION_ARGS) {
  return whimbrel::pg::entry_wall([&] { return whimbrel::pg::run(fcinfo); });
}
