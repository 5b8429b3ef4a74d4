#include "pg_ext/insert.h"

#include "pg_ext/access.h"
#include "pg_ext/copy_from.h"
#include "pg_ext/guard.h"
#include "pg_ext/insert_copy.h"
#include "pg_ext/insert_executor.h"
#include "pg_ext/insert_multi.h"
#include "pg_ext/insert_set.h"

namespace whimbrel::pg {

namespace {

// Inside pg_call.
bool copy_can_do_it(Relation relation) {
  if (relation->rd_rel->relkind != RELKIND_RELATION && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
    return false;
  if (row_security_applies(RelationGetRelid(relation))) return false;
  if (relation->rd_rules != nullptr) return false;  // COPY ignores them, INSERT does not
  return receives_utf8();
}

// The server's context counts lines of its own COPY, which the caller knows nothing of.
void drop_copy_lines(std::string& where) {
  std::string kept;
  for (std::size_t at = 0; at < where.size();) {
    const std::size_t end = std::min(where.find('\n', at), where.size());
    const std::string_view line = std::string_view(where).substr(at, end - at);
    if (!line.starts_with("COPY ")) {
      if (!kept.empty()) kept += '\n';
      kept += line;
    }
    at = end + 1;
  }
  where = std::move(kept);
}

// nullopt when COPY is not possible for this table or one of its types.
std::optional<std::uint64_t> insert_by_copy(const InsertRequest& request, RowReader& rows) {
  const Table& table = *request.table;
  std::vector<FieldEncoder> fields(request.columns.size());
  CopyFromRequest copy;
  const bool possible = pg_call([&] {
    const MemoryContext memory = CurrentMemoryContext;
    const Relation relation = open_table(table, RowExclusiveLock);
    bool can = copy_can_do_it(relation);
    for (std::size_t i = 0; can && i < fields.size(); ++i) {
      const char* name = table.columns[request.columns[i]].name.c_str();
      const Form_pg_attribute attribute =
          TupleDescAttr(RelationGetDescr(relation), attribute_number(relation, name) - 1);
      can = fields[i].prepare(attribute->atttypid, attribute->atttypmod, memory);
      copy.columns = lappend(copy.columns, makeString(pstrdup(name)));
    }
    if (!can) {
      table_close(relation, NoLock);
      return false;
    }
    copy.relation = relation;
    copy.options = list_make1(
        makeDefElem(pstrdup("format"), reinterpret_cast<Node*>(makeString(pstrdup("binary"))), -1));
    return true;
  });
  if (!possible) return std::nullopt;
  RowEncoder source(rows, fields, request);
  try {
    return copy_from(copy, source);
  } catch (Error& error) {
    // What fails after the last row (foreign keys, triggers at the end of the statement) is no row's.
    if (error.row && *error.row >= source.rows()) error.row.reset();
    drop_copy_lines(error.where);
    if (!error.column_name.empty() && error.table_name.empty()) {
      error.schema_name = table.schema;
      error.table_name = table.name;
      error.at("column \"" + error.column_name + "\"");
    }
    throw;
  }
}

}  // namespace

std::uint64_t insert_rows(const InsertRequest& request, RowReader& rows, Load& load) {
  if (!request.may_be_absent && !request.skip_conflicts && !request.columns.empty()) {
    if (const std::optional<std::uint64_t> inserted = insert_multi(request, rows, load)) return *inserted;
    if (const std::optional<std::uint64_t> inserted = insert_by_copy(request, rows)) return *inserted;
  }
  if (request.may_load && !request.skip_conflicts) return insert_by_sets(request, rows, load);
  return insert_by_executor(request, rows);
}

}  // namespace whimbrel::pg
