#include "pg_ext/insert.h"

#include "pg_ext/access.h"
#include "pg_ext/copy_from.h"
#include "pg_ext/insert_copy.h"

namespace whimbrel::pg {

namespace {

// Inside pg_call.
bool copy_can_do_it(Relation relation) {
  if (relation->rd_rel->relkind != RELKIND_RELATION && relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
    return false;
  if (row_security_applies(RelationGetRelid(relation))) return false;
  if (relation->rd_rules != nullptr) return false;  // COPY ignores them, INSERT does not
  // Receive functions take text in the client's encoding.
  const int encoding = pg_get_client_encoding();
  return encoding == PG_UTF8 || encoding == PG_SQL_ASCII;
}

// nullopt when COPY is not possible for this table or one of its types.
std::optional<std::uint64_t> insert_by_copy(const InsertRequest& request, RowReader& rows) {
  const Table& table = *request.table;
  std::vector<FieldEncoder> fields(request.columns.size());
  CopyFromRequest copy;
  const bool possible = pg_call([&] {
    const MemoryContext memory = CurrentMemoryContext;
    const Relation relation = table_open(static_cast<Oid>(table.host_id), RowExclusiveLock);
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
  return copy_from(copy, source);
}

// An INSERT for each row; rows with other columns absent are other statements.
std::string insert_sql(const InsertRequest& request, std::span<const std::size_t> present) {
  const Table& table = *request.table;
  std::string sql = "INSERT INTO " + quote_name(table.schema, table.name);
  if (present.empty()) return sql + " DEFAULT VALUES";
  std::string values;
  for (std::size_t i = 0; i < present.size(); ++i) {
    sql += i == 0 ? " (" : ", ";
    sql += quote_identifier(table.columns[request.columns[present[i]]].name);
    values += i == 0 ? "$" : ", $";
    values += std::to_string(i + 1);
  }
  return sql + ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")";
}

std::uint64_t insert_by_executor(Statements& statements, const InsertRequest& request, RowReader& rows) {
  RowBatch batch;
  std::uint64_t done = 0;
  std::uint64_t inserted = 0;
  std::vector<std::size_t> present, last_present;
  std::string sql;
  const auto present_in = [&](const Cell* cells, std::vector<std::size_t>& result) {
    result.clear();
    for (std::size_t i = 0; i < request.columns.size(); ++i)
      if (cells[i].tag != Tag::absent) result.push_back(i);
  };
  while (rows.next(batch)) {
    // Runs of rows with the same columns go to one statement.
    for (std::size_t begin = 0; begin < batch.rows();) {
      present_in(batch.row(begin), present);
      std::size_t end = begin + 1;
      for (; end < batch.rows(); ++end) {
        present_in(batch.row(end), last_present);
        if (last_present != present) break;
      }
      sql = insert_sql(request, present);
      try {
        inserted += static_cast<std::uint64_t>(statements.execute_rows(
            sql, end - begin, present.size(),
            [&](std::size_t row, std::size_t i) -> const Cell& { return batch.row(begin + row)[present[i]]; },
            done));
      } catch (Error& error) {
        error.row = done;
        if (error.table_name.empty()) {
          error.schema_name = request.table->schema;
          error.table_name = request.table->name;
        }
        throw;
      }
      begin = end;
    }
  }
  return inserted;
}

}  // namespace

std::uint64_t insert_rows(Statements& statements, const InsertRequest& request, RowReader& rows) {
  if (!request.may_be_absent && !request.columns.empty())
    if (const std::optional<std::uint64_t> inserted = insert_by_copy(request, rows)) return *inserted;
  return insert_by_executor(statements, request, rows);
}

}  // namespace whimbrel::pg
