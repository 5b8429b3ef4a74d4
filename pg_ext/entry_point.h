// What a call site of one of our SQL functions has looked up: what the core calls by its name, and the types
// of its arguments. It is kept in fn_extra, for all rows of a statement.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

// `F`: Function or ValueFunction.
template <typename F>
struct EntryPoint {
  const F* function;
  Oid own_schema;
  Oid argument_types[FUNC_MAX_ARGS];
};

// The one of `known` with the name and as many parameters as the SQL function that is called; a procedure has
// its INOUT parameter besides. Throws kInternal when there is none.
template <typename F>
const EntryPoint<F>& find_entry(FmgrInfo* info, std::span<const F> known) {
  if (info->fn_extra != nullptr) return *static_cast<const EntryPoint<F>*>(info->fn_extra);
  EntryPoint<F>* entry = pg_call([&] {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(info->fn_oid));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", info->fn_oid);
    const Form_pg_proc row = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    EntryPoint<F>* made =
        static_cast<EntryPoint<F>*>(MemoryContextAllocZero(info->fn_mcxt, sizeof(EntryPoint<F>)));
    made->own_schema = row->pronamespace;
    const std::size_t count = static_cast<std::size_t>(row->pronargs);
    std::copy_n(row->proargtypes.values, count, made->argument_types);
    const std::size_t results = row->prokind == PROKIND_PROCEDURE ? 1 : 0;
    for (const F& function : known)
      if (function.name == std::string_view(NameStr(row->proname)) &&
          function.parameters.size() + results == count)
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

}  // namespace whimbrel::pg
