#include "pg_ext/history_watch.h"

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

HistoryWatch::Tables HistoryWatch::look() const {
  Tables tables{};
  pg_call([&] {
    if (get_namespace_oid(NameStr(name_), true) != schema_) return;
    for (std::size_t i = 0; i < tables.size(); ++i)
      tables[i] = get_relname_relid(kHistoryTables[i].name.data(), schema_);
  });
  return tables;
}

void HistoryWatch::begin(Oid schema, const std::string& name, bool made_by_extension) {
  schema_ = schema;
  namestrcpy(&name_, name.c_str());
  made_by_extension_ = made_by_extension;
  tables_ = look();
}

void HistoryWatch::require() const {
  if (!OidIsValid(schema_)) return;
  const Tables now = look();
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] == tables_[i]) continue;
    std::string hint = "Leave the statement out";
    hint += made_by_extension_
                ? ", or let the extension have a schema of its own, which no migration drops: CREATE SCHEMA "
                  "ops; CREATE EXTENSION whimbrel SCHEMA ops."
                : ", or name another schema in the option \"schema\".";
    throw Error(code::kUnsupported,
                "this statement takes away table \"" + std::string(NameStr(name_)) + "." +
                    std::string(kHistoryTables[i].name) + "\"",
                "It is Whimbrel's own, with the history of migrations.", hint);
  }
}

}  // namespace whimbrel::pg
